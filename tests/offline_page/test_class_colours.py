"""Colours of classes: emotions keep theirs, others get what is left, none is the grey of no decision."""

from emotrace.corpora.emotions import EMOTIONS
from emotrace.offline_page.class_colours import OF_EMOTIONS, UNDECIDED, class_colours


def test_every_emotion_has_a_colour_of_its_own():
    assert set(OF_EMOTIONS) == set(EMOTIONS)
    assert len({*class_colours(EMOTIONS), UNDECIDED}) == len(EMOTIONS) + 1


def test_an_emotion_has_the_same_colour_among_any_others():
    assert class_colours(("sadness", "joy"))[0] == class_colours(("anger", "sadness"))[1]


def test_other_names_take_what_is_left():
    names = ("anger", *(f"class {i}" for i in range(11)))
    assert len(set(class_colours(names))) == 12
    assert len(class_colours(tuple(f"class {i}" for i in range(30)))) == 30
    assert class_colours(()) == ()
