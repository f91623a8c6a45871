// Response: an HTTP answer as a test looks at it. Parses leniently: judging is the test's business.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::test {

struct Response {
    enum class Framing : std::uint8_t { None, Length, Chunked, UntilClose };

    int status = 0;
    std::string head; ///< all of it, with the empty line
    std::vector<std::pair<std::string, std::string>> fields;
    std::string body;     ///< without chunk framing
    std::string trailers; ///< lines as they came

    [[nodiscard]] static Response fromHead(std::string head);

    /// The values of a field, joined by ", "; empty when there is none.
    [[nodiscard]] std::string field(std::string_view name) const;
    [[nodiscard]] std::size_t count(std::string_view name) const;
    [[nodiscard]] std::size_t contentLength() const;
    [[nodiscard]] Framing framing(std::string_view method) const;
    /// What `error=` says in Proxy-Status.
    [[nodiscard]] std::string proxyError() const;
    [[nodiscard]] std::string session() const { return field("Sallyport-Session"); }
};

/// The fields of any head, in order.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> fieldsOf(std::string_view head);
/// The values of one field of a head, in order.
[[nodiscard]] std::vector<std::string> fieldValues(std::string_view head, std::string_view name);

} // namespace sallyport::test
