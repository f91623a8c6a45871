// SinkSpec: what `--audit-sink NAME=URL` says: where records are sent, and in which form. Pure.
//
//   file:/PATH                       lines appended to a file
//   syslog+udp|tcp|tls://HOST[:PORT] RFC 5424, over TCP and TLS with octet counting
//   hec+http|https://HOST[:PORT]     Splunk's HTTP event collector
//   elastic+http|https://HOST[:PORT]/INDEX   the bulk API of Elasticsearch and OpenSearch
//   http|https://HOST[:PORT]/PATH    lines as the body of a POST
//
// Options behind "?": format=, from=begin, token-file=, ca=, cert=, key=, name=, facility=.
#pragma once

#include "audit/format/Format.h"

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace sallyport::audit::sink {

enum class Way : std::uint8_t { File, SyslogUdp, SyslogTcp, SyslogTls, Hec, Elastic, Http };
enum class Security : std::uint8_t { Plain, Tls };
/// Where a sink begins that was not there before.
enum class From : std::uint8_t { Now, Begin };

/// Whom to connect to, and how to be sure of it.
struct Peer {
    std::string host; ///< name or IP address, without brackets
    std::uint16_t port = 0;
    Security security = Security::Plain;
    std::string name;                 ///< that the certificate must be for
    std::filesystem::path authority;  ///< PEM; empty: the system's authorities
    std::filesystem::path own;        ///< our certificate, PEM; empty: none
    std::filesystem::path privateKey; ///< of it, PEM

    friend bool operator==(const Peer&, const Peer&) = default;
};

struct SinkSpec {
    std::string name; ///< letters, digits, "-" and "_"
    std::string url;  ///< as given; has no secrets
    Way way = Way::File;
    const format::Format* format = nullptr;
    From from = From::Now;
    std::filesystem::path file; ///< of Way::File
    Peer peer;                  ///< of the others
    std::string path;           ///< of the HTTP ways: where to POST to
    std::filesystem::path tokenFile;
    unsigned facility = 13; ///< of syslog: "log audit"

    friend bool operator==(const SinkSpec&, const SinkSpec&) = default;
};

/// Of "NAME=URL". Throws std::invalid_argument, whose text says what is wrong.
[[nodiscard]] SinkSpec parseSinkSpec(std::string_view text);

} // namespace sallyport::audit::sink
