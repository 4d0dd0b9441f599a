from newsbeam.transforms.text.byline_words import (
    names_author,
    names_helper,
    starts_with_label,
    without_label,
)


def test_labels_say_who_follows():
    assert all(map(names_author, ["By", "Written by", "Autorin:", "Text:"]))
    assert all(map(names_helper, ["Reviewed by", "Fotos:", "Fact checked by"]))
    assert not names_author("Jane Doe") and not names_helper("Jane Doe")


def test_a_label_is_taken_off():
    assert without_label("Written by: Jane Doe") == "Jane Doe"
    assert without_label("文／山田太郎") == "山田太郎"
    assert starts_with_label("Par Jane Doe") and not starts_with_label("Parker Doe")
