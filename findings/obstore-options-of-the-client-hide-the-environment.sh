#!/usr/bin/env bash
# obstore 0.12.1 reads AWS_ALLOW_HTTP from the environment, unless any option of the client is given
# in code: then the variable counts for nothing, and a request to an endpoint without TLS fails
# before it is sent, as "HTTP error: builder error" (BadScheme).
#
# Seen with Python 3.11, a port of 127.0.0.1 where nobody listens, and AWS_ALLOW_HTTP=true:
#   no options: Connect
#   client_options={"connect_timeout": "5s"}: BadScheme
#   client_options={"connect_timeout": "5s", "allow_http": True}: Connect
# Remedy: hand on what the environment says with the options that are given.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: obstore==0.12.1

seen=$(AWS_ENDPOINT_URL=http://127.0.0.1:9 AWS_ALLOW_HTTP=true AWS_REGION=us-east-1 \
  AWS_ACCESS_KEY_ID=nobody AWS_SECRET_ACCESS_KEY=nothing "$folder/venv/bin/python" - <<'P'
import obstore
from obstore.store import from_url

print("obstore", obstore.__version__)
for options in (None, {"connect_timeout": "5s"}, {"connect_timeout": "5s", "allow_http": True}):
    store = from_url("s3://bucket", client_options=options, retry_config={"max_retries": 0})
    try:
        obstore.put(store, "name", b"data")
    except obstore.exceptions.GenericError as error:
        text = str(error)
        print("BadScheme" if "BadScheme" in text else "Connect" if "tcp connect" in text else text)
P
)
echo "$seen"
[[ $(echo $seen) == "obstore 0.12.1 Connect BadScheme Connect" ]]
