"""What a table takes, and which tables there are."""

import pytest

from emotrace.config.load import list_recipes, load_recipe
from emotrace.config.paper import find_table, load_paper, papers, recipes_of
from emotrace.errors import ConfigError
from emotrace.reproduction import table_states
from emotrace.reproduction.plan import plan_table


def test_every_number_of_every_recipe_stands_in_a_table_of_its_paper():
    for paper in papers():
        tables = {one.table for one in load_paper(paper).tables}
        for name in recipes_of(paper):
            recipe = load_recipe(name)
            named = {row.table for row in (*recipe.reported, *recipe.reported_by_others)}
            assert named <= tables, name


def test_every_table_is_made_by_runs_or_by_a_command():
    for entry in table_states():
        by_runs = entry["made_by"].startswith("emotrace reproduce")
        assert by_runs == (entry["runs"] > 0 and "Figure" not in entry["table"]) or entry["runs"] > 0, entry
        if by_runs:
            assert plan_table(entry["paper"], entry["table"]).recipes


def test_all_five_papers_and_nothing_else_among_recipes():
    assert papers() == ("aspandi2022", "chen2015", "nguyen2020", "priyasad2019", "tzirakis2017")
    assert not any(name.endswith("/paper") for name in list_recipes())


def test_a_table_of_recipes_and_other_methods():
    plan = plan_table("tzirakis2017", "3")
    assert plan.table == "III" and "tzirakis2017/svr-egemaps" in plan.recipes
    assert {row.job for row in plan.rows} == {name.partition("/")[2] for name in plan.recipes}
    others = [row for row in plan_table("tzirakis2017", "IV").rows if row.job is None]
    assert len({row.reported.method for row in others}) >= 7


def test_a_fusion_needs_its_sources():
    plan = plan_table("chen2015", "Table 10")
    assert [one.name for one in plan.fusions] == ["late-fusion-arousal", "late-fusion-valence"]
    assert {source for one in plan.fusions for source in one.sources} == {
        name.partition("/")[2] for name in plan.recipes
    }


def test_figures_are_found_by_their_name():
    assert find_table("nguyen2020", "figure 6").title == "Learning curve"


def test_what_there_is_not_is_told():
    with pytest.raises(ConfigError, match="no paper is named 'nobody2000'; expected one of: aspandi2022"):
        plan_table("nobody2000", "1")
    with pytest.raises(ConfigError, match=r"nguyen2020 has no table '9'; expected one of: I, II, III"):
        plan_table("nguyen2020", "9")
    with pytest.raises(ConfigError, match=r"is made by no run of its own; .* `emotrace systems`"):
        plan_table("nguyen2020", "I")


def test_a_file_that_is_no_paper_is_told(paper):
    file = paper / "paper.yaml"
    file.write_text("tables:\n- {table: I, title: a}\n- {table: I, title: b}\ntitle: x\n")
    with pytest.raises(ConfigError, match="tables are listed twice: I; expected each once"):
        load_paper("tiny")
    file.write_text("- a\n")
    with pytest.raises(ConfigError, match=r"paper\.yaml: holds list; expected the tables of a paper"):
        load_paper("tiny")
    file.write_text("title: x\ntables: [{table: II, title: a}, {table: IX, title: b}]\n")
    with pytest.raises(ConfigError, match="tiny: no recipe reports a number of IX"):
        plan_table("tiny", "IX")
