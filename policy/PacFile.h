// PacFile: the proxy auto-configuration script that points browsers here. A pure function of its
// settings.
//
// The script never resolves a name, so that a browser behind a closed DNS does not wait, and keeps
// to ECMAScript 3, which every PAC engine runs. It does not look at the scheme: http, https, ws and
// wss take the same way.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sallyport::policy {

struct PacSettings {
    std::string proxy; ///< "HOST:PORT" as clients reach it

    /// What clients reach without the proxy: ".corp.example" (that name and all names below),
    /// "wiki.example" (exactly that host), "10.0.0.0/8" (IPv4 literals in it; names are never
    /// looked up).
    std::vector<std::string> directSuffixes;

    friend bool operator==(const PacSettings&, const PacSettings&) = default;
};

/// Throws std::invalid_argument naming the entry if it is none of the three forms.
void checkPacEntry(std::string_view entry);

/// Plain host names are always direct. Throws as checkPacEntry().
[[nodiscard]] std::string writePac(const PacSettings& settings);

} // namespace sallyport::policy
