"""What is done with texts: cleaning, measures, entities, comparison."""

from pydantic import Field

from newsbeam.transforms.core.quality_rules import QualityRule
from newsbeam.transforms.core.settings.base import Positive, PositiveInt, Settings, Share


class TextSettings(Settings):
    """How text is cleaned and measured."""

    keep_credits: bool = Field(
        True, description="Leave datelines and agency credits in the text once they are read."
    )
    keywords: int = Field(10, ge=0, description="Keywords for an article, at most.")
    learn_boilerplate: bool = Field(
        True, description="Take out lines that recur over the articles of one site."
    )
    boilerplate_articles: int = Field(
        8, ge=2, description="Articles of one site in a pass that a line must stand in, …"
    )
    boilerplate_prose_articles: int = Field(
        12, ge=2, description="… if it reads like a sentence of a report, …"
    )
    boilerplate_share: Share = Field(
        0.01, description="… and the share of the site's articles in the pass."
    )


class QualitySettings(Settings):
    """Measures by which text is chosen for training language models: Gopher, C4, FineWeb."""

    annotate: bool = Field(
        False, description="Fill the column quality, and name the failed rules in quality_flags."
    )
    drop: tuple[QualityRule, ...] = Field(
        (), description="Rules whose failure rejects an article; annotates the others too."
    )

    @property
    def is_measured(self) -> bool:
        """Return whether text is measured at all."""
        return self.annotate or bool(self.drop)


class EntitySettings(Settings):
    """Persons, organisations and places, found by a model of the user's. Needs an extra."""

    model: str | None = Field(
        None,
        description="Folder or package of a spaCy pipeline; needs newsbeam[entities]. Articles in "
        "its language are read, or all if it is for many languages.",
    )
    labels: dict[str, str] = Field(
        {
            "PERSON": "person",
            "PER": "person",
            "ORG": "organisation",
            "GPE": "place",
            "LOC": "place",
            "FAC": "place",
        },
        description="The model's labels that are kept, and what each is called in the dataset.",
    )
    exclude: tuple[str, ...] = Field(
        ("tagger", "morphologizer", "parser", "senter", "attribute_ruler", "lemmatizer"),
        description="Components of the pipeline that names are found without.",
    )


class DuplicateSettings(Settings):
    """When two articles are the same story."""

    shards: PositiveInt = Field(
        1,
        description="Parts that comparison is divided into, one worker each; 1 on one machine, "
        "since each part reads the index.",
    )
    near: bool = Field(True, description="Look for near-duplicates, not only for equal texts.")
    horizon_days: Positive = Field(
        30.0, description="How far back articles are looked for that a new one nearly repeats."
    )
    jaccard: Share = Field(
        0.7, description="Same if the Jaccard of the shingles reaches this, wherever they stand."
    )
    containment: Share = Field(
        0.85, description="Same if the longer text has this share of the shorter one's shingles."
    )
    covered: Share = Field(
        0.77, description="Same if shared runs cover this share of the shorter text's words, and …"
    )
    aligned: Share = Field(
        0.87,
        description="… this share when gaps that are short in both texts count too; articles that "
        "only share a block have a long gap beside it.",
    )
    max_gap: int = Field(12, ge=0, description="Words in a gap, at most, that counts as an edit.")
    min_part_shingles: PositiveInt = Field(
        20, description="A text with fewer shingles is the same only by Jaccard, never as a part."
    )
    min_part: Share = Field(
        0.25, description="... nor with fewer than this share of the longer one's shingles."
    )
    numbers: Share = Field(
        0.6, description="Not the same if fewer of the numbers agree: reports from one template."
    )
    min_numbers: PositiveInt = Field(6, description="Fewer numbers than these are no evidence.")
    reject_containment: Share = Field(
        0.2, description="Pairs below this, estimated or exact, are not aligned."
    )
    crowd: PositiveInt = Field(
        32, description="Articles under one band key from which on the key is divided further."
    )
    comparisons: PositiveInt = Field(
        16, description="Candidates of one article whose texts are compared, the likeliest first."
    )
    prepared_texts: PositiveInt = Field(
        512, description="Texts kept ready for comparison, about 30 KB each."
    )
