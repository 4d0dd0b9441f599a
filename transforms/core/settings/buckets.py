"""How buckets are reached."""

from pydantic import Field, SecretStr

from newsbeam.transforms.core.settings.base import Settings


class S3Settings(Settings):
    """How ``s3://`` is reached; what is null, the variables AWS_… say."""

    endpoint: str | None = Field(None, description="Address of a store that is not Amazon's.")
    region: str | None = Field(None, description="Region of the bucket.")
    access_key_id: SecretStr | None = Field(None, description="Who asks.")
    secret_access_key: SecretStr | None = Field(None, description="What proves it.")
    session_token: SecretStr | None = Field(None, description="Of credentials for a time.")
    allow_http: bool | None = Field(None, description="Also without TLS.")


class GcsSettings(Settings):
    """How ``gs://`` is reached; what is null, the variables GOOGLE_… say."""

    application_credentials: str | None = Field(
        None, description="File with the key of a service account, in JSON."
    )


class AzureSettings(Settings):
    """How ``az://`` is reached; what is null, the variables AZURE_… say."""

    account_name: str | None = Field(None, description="Name of the storage account.")
    account_key: SecretStr | None = Field(None, description="What proves it.")
    endpoint: str | None = Field(None, description="Address of a store that is not Azure's own.")
    allow_http: bool | None = Field(None, description="Also without TLS.")


class BucketSettings(Settings):
    """How buckets are reached. Not sent to workers elsewhere: they have variables of their own."""

    s3: S3Settings = S3Settings()
    gs: GcsSettings = GcsSettings()
    az: AzureSettings = AzureSettings()

    def __reduce__(self) -> tuple[type["BucketSettings"], tuple[()]]:
        """Leave everything behind when a job is sent: engines store jobs and show them."""
        return type(self), ()
