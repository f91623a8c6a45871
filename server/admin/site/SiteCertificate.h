// SiteCertificate: what the admin server shows as its TLS certificate: one of the settings, or one
// that it makes for itself at the first start.
//
// A browser warns about the latter once; replace it by one of your own authority. Keys are files of
// mode 0600.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace sallyport::admin::site {

struct SiteCertificate {
    std::filesystem::path certificate; ///< PEM, with the chain
    std::filesystem::path key;         ///< PEM
};

inline constexpr std::chrono::days SelfMadeFor{825};

/// The one in `folder` ("admin-cert.pem", "admin-key.pem"): made if it is missing, made anew if it
/// ends within a month. It holds for loopback and `names`, which are host names and addresses.
/// Throws std::runtime_error, whose text says what to do.
[[nodiscard]] SiteCertificate selfMadeCertificate(const std::filesystem::path& folder,
                                                  const std::vector<std::string>& names);

/// When the certificate ends. Throws std::runtime_error if the file holds none.
[[nodiscard]] std::chrono::system_clock::time_point endOf(const std::filesystem::path& certificate);
/// SHA-256 of the certificate, as browsers show it: "AB:CD:…". Throws likewise.
[[nodiscard]] std::string fingerprintOf(const std::filesystem::path& certificate);

} // namespace sallyport::admin::site
