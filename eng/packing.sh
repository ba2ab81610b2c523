# Packs the libraries and builds the sample on the packages, as a user of them does. Sourced by ./test.

# A version that no feed and no cache has.
package_version=0.1.0-check.$$

# packed FOLDER: both packages out of the Release build, twice, octet by octet the same.
packed() {
    local folder=$1 again=$1.again project file
    for project in Posthouse.Wire Posthouse.Remotes; do
        pack "$project" "$folder" && pack "$project" "$again" || return 1
    done
    for file in "$folder"/*; do
        cmp "$file" "$again/${file##*/}" || return 1
    done
}

pack() {
    dotnet pack "src/$1" --configuration Release --no-build --output "$2" --verbosity quiet "-p:PackageVersion=$package_version"
}

# sample_built PACKAGES FOLDER: samples/RemoteHosts on those packages; their unpacked copies stay in FOLDER too.
sample_built() {
    dotnet build samples/RemoteHosts --configuration Release --verbosity quiet --artifacts-path "$2/build" \
        "-p:PosthousePackageVersion=$package_version" "-p:RestoreAdditionalProjectSources=$1" \
        "-p:RestorePackagesPath=$2/packages" "-p:RestoreFallbackFolders=${NUGET_PACKAGES:-$HOME/.nuget/packages}"
}
