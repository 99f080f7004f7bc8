"""Recipes: found, put together from bases and --set, and refused with the reason."""

import pytest

from emotrace.config.load import dump_recipe, list_recipes, load_recipe, merge
from emotrace.errors import ConfigError

SYSTEM = "nguyen2020/2d1dconv-ae-lstm"


@pytest.fixture
def write(tmp_path):
    def write_file(name, text):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write_file


def test_a_packaged_recipe_by_name():
    recipe = load_recipe(SYSTEM)
    assert recipe.name == SYSTEM
    assert recipe.training.batch_size == 32
    assert recipe.training.learning_rate == 1e-4


def test_a_base_beside_the_file_and_one_by_name(write):
    write("inner/base.yaml", f"base: {SYSTEM}\npreset: small\ntraining: {{seed: 3, steps: 10}}")
    path = write("mine.yaml", "base: inner/base.yaml\ntraining:\n  steps: 20\n")
    recipe = load_recipe(path)
    assert (recipe.name, recipe.preset) == (SYSTEM, "small")
    assert (recipe.training.seed, recipe.training.steps, recipe.training.batch_size) == (3, 20, 32)


def test_lists_are_replaced_not_joined(write):
    path = write("mine.yaml", f"base: {SYSTEM}\ntraining: {{losses: [{{kind: ccc}}]}}\nreported: []\n")
    recipe = load_recipe(path)
    assert [term.kind for term in recipe.training.losses] == ["ccc"]
    assert recipe.training.losses[0].weight == 1
    assert recipe.reported == ()


def test_overrides_are_yaml_values_and_the_last_one_wins():
    recipe = load_recipe(
        SYSTEM,
        [
            "training.learning_rate=1e-3",
            "training.steps=5",
            "training.steps=6",
            "training.early_stopping.patience=2",
            "training.losses=[{kind: ccc, weight: 2}]",
            "model.streams=[face]",
            "preset=small",
        ],
    )
    assert recipe.training.learning_rate == 1e-3
    assert recipe.training.steps == 6
    assert recipe.training.early_stopping.patience == 2
    assert recipe.training.losses[0].weight == 2
    assert recipe.model == {"streams": ["face"]}
    assert recipe.preset == "small"


def test_an_override_may_hold_an_equals_sign_or_nothing():
    assert load_recipe(SYSTEM, ["model.note=a=b"]).model == {"note": "a=b"}
    assert load_recipe(SYSTEM, ["training.clip_gradient="]).training.clip_gradient is None


def test_a_dumped_recipe_is_read_back_the_same(write):
    for name in list_recipes():
        recipe = load_recipe(name, ["training.learning_rate=1e-5", "model.note=ä"])
        again = load_recipe(write("again.yaml", dump_recipe(recipe)))
        assert again == recipe
        assert again.digest() == recipe.digest()


def test_merge_leaves_its_arguments_alone():
    base, changes = {"a": {"b": 1}}, {"a": {"c": 2}}
    assert merge(base, changes) == {"a": {"b": 1, "c": 2}}
    assert (base, changes) == ({"a": {"b": 1}}, {"a": {"c": 2}})


@pytest.mark.parametrize(
    "name", ["nguyen2020/none", "nguyen2020/base", "none", "", "../nguyen2020/demo", "."]
)
def test_an_unknown_recipe_is_told_with_the_nearest_there_are(name):
    five = r"(\w+/[\w-]+(, | )){5}" if "nguyen2020" not in name[:10] else r"(nguyen2020/[\w-]+(, | )){5}"
    with pytest.raises(
        ConfigError, match=rf"no recipe is named '.*one of: {five}\(`emotrace systems` lists all"
    ):
        load_recipe(name)
    with pytest.raises(ConfigError, match=f"one of: {SYSTEM}, "):
        load_recipe(f"{SYSTEM}x")


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(
        ConfigError, match=r"none.yaml: the recipe file cannot be read .*one of: \w+/.*lists all"
    ):
        load_recipe(tmp_path / "none.yaml")


def test_a_missing_base_is_told_with_the_file_that_names_it(write):
    path = write("mine.yaml", "base: none.yml\n")
    with pytest.raises(
        ConfigError, match=r"none.yml: the recipe file, which .*mine.yaml names as its base, cannot"
    ):
        load_recipe(path)
    path = write("mine.yaml", "base: nguyen2020/none\n")
    with pytest.raises(ConfigError, match="no recipe is named 'nguyen2020/none'"):
        load_recipe(path)


def test_a_folder_and_a_file_that_is_no_text_are_told(tmp_path):
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    for name in ("folder.yaml", "bytes.yaml"):
        with pytest.raises(ConfigError, match=f"{name}: the recipe file cannot be read"):
            load_recipe(tmp_path / name)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("variant: [a\n", r"mine.yaml: is not YAML at line 2, column 1 .*mend it there"),
        ("a: 1\nb: 2\na: 3\n", r"mine.yaml: is not YAML at line 3, column 1 \(the key 'a' stands twice\)"),
        ("a: \x01\n", r"mine.yaml: is not YAML \(.*\); expected plain text"),
        ("a: !!python/object:os.system {}\n", r"mine.yaml: is not YAML at line 1"),
        ("", "mine.yaml: holds NoneType; expected a recipe, keys with values"),
        ("- a\n", "mine.yaml: holds list; expected a recipe, keys with values"),
        ("base: [a, b]\n", r"mine.yaml: base is \['a', 'b'\]; expected one file or recipe name"),
        ("system: a\n", r"recipe .*mine.yaml: key 'variant' is missing"),
        (f"base: {SYSTEM}\nsmell: 1\n", r"mine.yaml: unknown key 'smell', expected one of: .*training"),
        (
            f"base: {SYSTEM}\ntraining: {{optimiser: {{rate: 1}}}}\n",
            r"unknown key 'training.optimiser.rate', expected one of: betas, epsilon, half_life_steps, ",
        ),
        (
            f"base: {SYSTEM}\ntraining: {{losses: [{{kind: ccc, wait: 1}}]}}\n",
            r"unknown key 'training.losses.0.wait', expected one of: "
            "class_weights, kind, label_smoothing, of, reduction, weight, width",
        ),
        (
            f"base: {SYSTEM}\ntraining: {{steps: many}}\n",
            r"training.steps is 'many': Input should be a valid integer",
        ),
        (
            f"base: {SYSTEM}\nstages: [{{name: fine, set: {{step: 3}}}}]\n",
            r"stage 'fine': unknown key 'step', expected one of: .*steps",
        ),
    ],
)
def test_a_wrong_file_is_told(write, text, message):
    path = write("mine.yaml", text)
    with pytest.raises(ConfigError, match=message):
        load_recipe(path)


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("training.steps", "--set 'training.steps' is not understood; expected key=value"),
        ("=3", "--set '=3' is not understood"),
        ("training..steps=3", "--set 'training..steps=3' is not understood"),
        ("training.steps=[3", r"--set 'training.steps=\[3': is not YAML at line 1"),
        ("training.step=3", "--set training.step=3: unknown key 'training.step', expected one of: .*steps"),
        ("training.steps=-1", "training.steps is -1: Input should be greater than"),
        ("training.steps.a=0", "training.steps holds 50000, which has no keys; set it as a whole"),
        ("training.losses.0.weight=2", r"training.losses holds \[.*which has no keys; set it as a whole"),
    ],
)
def test_a_wrong_override_is_told(override, message):
    with pytest.raises(ConfigError, match=message):
        load_recipe(SYSTEM, [override])


def test_bases_in_a_circle_are_told(write):
    write("b.yaml", "base: a.yaml\n")
    path = write("a.yaml", "base: b.yaml\n")
    with pytest.raises(
        ConfigError, match=r"a.yaml: its bases go in a circle \(.*a.yaml -> .*b.yaml -> .*a.yaml\)"
    ):
        load_recipe(path)


def test_five_files_in_a_chain_are_read_and_six_are_not(write):
    write("0.yaml", "system: a\nvariant: b\n")
    for i in range(1, 6):
        path = write(f"{i}.yaml", f"base: {i - 1}.yaml\n")
    assert load_recipe(path.with_name("4.yaml")).name == "a/b"
    with pytest.raises(ConfigError, match=r"5.yaml: has a chain of more than 5 files"):
        load_recipe(path)
