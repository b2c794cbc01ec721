"""What `--help` says."""
from knack.help_files import helps

helps["acrcache"] = """
type: group
short-summary: Set up, open and check the artifact cache of a container registry.
long-summary: >-
    A cache rule lets a registry pull through from an upstream such as Docker Hub. These commands make the whole chain
    that one pull depends on: secrets in a key vault, a credential set, access for its identity, and the rule.
"""

helps["acrcache bootstrap"] = """
type: group
short-summary: Bring chains of secrets, credential set, vault access and cache rule about, and take them down.
"""

helps["acrcache bootstrap create"] = """
type: command
short-summary: Set up everything that one cached pull needs.
long-summary: >-
    Makes a credential set from two secrets in a key vault, lets its identity read exactly those two, makes a cache rule
    for each source, and waits until the credential set is Healthy. What exists already and is as asked for is left
    alone, so that the command can be run again at any time, also after a run that was cut off. What can't work is
    refused before anything is written.
examples:
  - name: Cache ubuntu from Docker Hub with credentials that are in a key vault.
    text: >-
        az acrcache bootstrap create --registry MyRegistry --source-repo docker.io/library/ubuntu --vault MyKeyVault
        --username-id dockerhub-user --password-id dockerhub-pat
  - name: See what that would do, and let a script know by the exit code.
    text: >-
        az acrcache bootstrap create --registry MyRegistry --source-repo docker.io/library/ubuntu --vault MyKeyVault
        --username-id dockerhub-user --password-id dockerhub-pat --what-if --exit-code
  - name: Store the credentials on the way, the access token from a file.
    text: >-
        az acrcache bootstrap create --registry MyRegistry --source-repo ghcr.io/contoso/app --vault MyKeyVault
        --upstream-username contoso-bot --upstream-password-file token.txt
  - name: Make several rules with one credential set, and names of your own.
    text: >-
        az acrcache bootstrap create --registry MyRegistry --source-repo docker.io/library/ubuntu docker.io/library/nginx
        --target-repo hub/ubuntu hub/nginx --name HubUbuntu HubNginx --cred-set MyDockerHubCredSet
        --login-server docker.io --vault MyKeyVault --username-id dockerhub-user --password-id dockerhub-pat
        --vault-access rbac --vault-scope vault
  - name: Cache all .NET images of the Microsoft registry, without credentials.
    text: >-
        az acrcache bootstrap create --registry MyRegistry --resource-group MyGroup --source-repo mcr.microsoft.com/dotnet/*
        --target-repo dotnet/* --no-wait
  - name: Cache from another Azure registry with a user-assigned identity that may pull there.
    text: >-
        az acrcache bootstrap create --registry MyRegistry --source-repo upstream.azurecr.io/team/app
        --identity /subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/MyGroup/providers/Microsoft.ManagedIdentity/userAssignedIdentities/puller
        --wait-timeout 300
"""

helps["acrcache bootstrap show"] = """
type: command
short-summary: Show the chain of one cache rule.
long-summary: >-
    Source, target, credential set with its health, secrets with their state, key vault with its kind of access, and who
    may pull.
examples:
  - name: Show the chain behind a cache rule.
    text: az acrcache bootstrap show --registry MyRegistry --name MyRule
  - name: Print only whether its credentials can be read.
    text: az acrcache bootstrap show --registry MyRegistry --name MyRule --query credentialSet.health.status --output tsv
"""

helps["acrcache bootstrap list"] = """
type: command
short-summary: List the chains of all cache rules of a registry.
examples:
  - name: List all chains as a table.
    text: az acrcache bootstrap list --registry MyRegistry --output table
  - name: List the rules whose credential set is not Healthy.
    text: >-
        az acrcache bootstrap list --registry MyRegistry
        --query "[?credentialSet.health.status=='Unhealthy'].name"
"""

helps["acrcache bootstrap delete"] = """
type: command
short-summary: Take chains down.
long-summary: >-
    Deletes the cache rules and, where no other rule uses it, the credential set together with the role assignments or
    the access policy that let its identity read the two secrets. Cached repositories, secrets and key vaults stay. Says
    what it will do and asks first.
examples:
  - name: Take the chain of one rule down.
    text: az acrcache bootstrap delete --registry MyRegistry --name MyRule
  - name: See what would be deleted.
    text: az acrcache bootstrap delete --registry MyRegistry --name MyRule --what-if
  - name: Take a credential set down that is left over, in a script.
    text: az acrcache bootstrap delete --registry MyRegistry --cred-set MyCredSet --yes
"""

helps["acrcache grant"] = """
type: group
short-summary: Grant the access that a cached pull needs.
"""

helps["acrcache grant vault"] = """
type: command
short-summary: Let the identity of a credential set read its two secrets.
long-summary: >-
    Finds the identity, the key vaults of its secrets and whether they use Azure RBAC or access policies, and grants the
    least that works: the role Key Vault Secrets User on each secret, or get on secrets. Access that exists already,
    directly or inherited, is left as it is.
examples:
  - name: Let a credential set read its secrets.
    text: az acrcache grant vault --registry MyRegistry --name MyDockerHubCredSet
  - name: Grant on the whole vault, and do not wait until the credential set is Healthy.
    text: az acrcache grant vault --registry MyRegistry --name MyDockerHubCredSet --vault-scope vault --no-wait
"""

helps["acrcache verify"] = """
type: group
short-summary: Find out why a cached pull fails, and what mends it.
"""

helps["acrcache verify resolve"] = """
type: command
short-summary: Say which cache rule serves an image, and what to write instead of it.
long-summary: >-
    Works from the registry's rules alone and pulls nothing. A rule that names one repository beats a wildcard; library/
    of Docker Hub's official images is put in where it is left out; tag and digest are kept. For an image that no rule
    serves, note holds the line that makes the rule, and the exit code is 4.
examples:
  - name: Find what to write instead of images.
    text: az acrcache verify resolve --registry MyRegistry --image docker.io/alpine:3 ghcr.io/contoso/app:1.0
  - name: Find what to write instead of all images in a list.
    text: az acrcache verify resolve --registry MyRegistry --resource-group MyGroup --images images.txt --output table
  - name: Ask whether Azure would take a rule beside those that there are.
    text: >-
        az acrcache verify resolve --registry MyRegistry --source-repo mcr.microsoft.com/dotnet/* --target-repo dotnet/*
"""

helps["acrcache verify explain"] = """
type: command
short-summary: Say what an error text of a pull or of its set-up means.
long-summary: >-
    Knows what docker, kubelet, Azure Resource Manager, Key Vault and az say, and names the check, the cause and the
    commands that mend it. Asks nobody. A text that is not known is not guessed at; the exit code is then 1.
examples:
  - name: Explain an error text.
    text: >-
        az acrcache verify explain "too many requests to source registry for cache rule 'ubuntu'"
  - name: Explain what a pod's events say.
    text: kubectl describe pod MyPod | az acrcache verify explain
"""
