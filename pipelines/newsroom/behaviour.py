"""How a server may answer differently from what its content says."""

from pydantic import BaseModel, ConfigDict, Field


class Behaviour(BaseModel):
    """What to change about the answers at one URL or of one host; what is None stays as it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: int | None = Field(None, description="Status code; without a body for errors.")
    headers: dict[str, str] = Field({}, description="Headers that are added or replaced.")
    body: bytes | None = Field(None, description="Bytes to send, before any compression.")
    page: str | None = Field(None, description="A file of content/pages to send.")
    charset: str | None = Field(None, description="Charset that Content-Type claims.")
    delay_s: float = Field(0.0, ge=0, description="Wait before the first byte.")
    drip_s: float = Field(0.0, ge=0, description="Wait between pieces of sixteen bytes.")
    truncate: bool = Field(False, description="Close the connection half way through the body.")
    bad_gzip: bool = Field(False, description="Say gzip and send damaged bytes.")
    times: int | None = Field(None, gt=0, description="Only for so many answers, then as usual.")
