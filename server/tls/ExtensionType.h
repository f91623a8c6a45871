// ExtensionType: the TLS extensions that are read here, by their numbers in the IANA registry.
#pragma once

#include <cstdint>

namespace sallyport::tls::extension {

inline constexpr std::uint16_t ServerName = 0;
inline constexpr std::uint16_t SupportedGroups = 10;
inline constexpr std::uint16_t PointFormats = 11;
inline constexpr std::uint16_t SignatureAlgorithms = 13;
inline constexpr std::uint16_t Alpn = 16;
inline constexpr std::uint16_t PreSharedKey = 41;
inline constexpr std::uint16_t SupportedVersions = 43;
inline constexpr std::uint16_t EncryptedClientHello = 0xfe0d;

} // namespace sallyport::tls::extension
