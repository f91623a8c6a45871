// PacFile: the proxy auto-configuration script that points browsers here: written by hand, or made
// from settings. A pure function of them.
//
// The script that is made never resolves a name, so that a browser behind a closed DNS does not
// wait, and keeps to ECMAScript 3, which every PAC engine runs. It does not look at the scheme:
// http, https, ws and wss take the same way.
#pragma once

#include <cstddef>
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

    /// Written by hand, and handed out as it is; what is above counts for nothing then. Empty: the
    /// script is made from it.
    std::string script{};

    friend bool operator==(const PacSettings&, const PacSettings&) = default;
};

inline constexpr std::size_t MaxPacScriptBytes = 256 * 1024;

/// Throws std::invalid_argument for one that browsers could not use.
void checkPacScript(std::string_view script);

/// Throws std::invalid_argument naming the entry if it is none of the three forms.
void checkPacEntry(std::string_view entry);

/// The script written by hand, or the one made from the rest: plain host names are always direct
/// there. Throws as checkPacEntry().
[[nodiscard]] std::string writePac(const PacSettings& settings);

} // namespace sallyport::policy
