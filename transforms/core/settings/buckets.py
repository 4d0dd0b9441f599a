"""How buckets are reached."""

from pydantic import Field, SecretStr

from newsbeam.transforms.core.settings.base import Settings


class S3Settings(Settings):
    """How ``s3://`` is reached; what is null is taken from the variables AWS_…."""

    endpoint: str | None = Field(None, description="Address of a store that is not Amazon's.")
    region: str | None = Field(None, description="Region of the bucket.")
    access_key_id: SecretStr | None = Field(None, description="Id of the access key.")
    secret_access_key: SecretStr | None = Field(None, description="Its secret.")
    session_token: SecretStr | None = Field(None, description="Token of temporary credentials.")
    allow_http: bool | None = Field(None, description="Allow connections without TLS.")


class GcsSettings(Settings):
    """How ``gs://`` is reached; what is null is taken from the variables GOOGLE_…."""

    application_credentials: str | None = Field(
        None, description="File with the key of a service account, in JSON."
    )


class AzureSettings(Settings):
    """How ``az://`` is reached; what is null is taken from the variables AZURE_…."""

    account_name: str | None = Field(None, description="Name of the storage account.")
    account_key: SecretStr | None = Field(None, description="Key of the account.")
    endpoint: str | None = Field(None, description="Address of a store that is not Azure's own.")
    allow_http: bool | None = Field(None, description="Allow connections without TLS.")


class BucketSettings(Settings):
    """How buckets are reached. Not sent to workers elsewhere: they have variables of their own."""

    s3: S3Settings = S3Settings()
    gs: GcsSettings = GcsSettings()
    az: AzureSettings = AzureSettings()

    def __reduce__(self) -> tuple[type["BucketSettings"], tuple[()]]:
        """Leave everything behind when a job is sent: engines store jobs and show them."""
        return type(self), ()
