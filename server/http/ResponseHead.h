// ResponseHead: a status line and its fields, parsed as strictly as a request (RFC 9112 sections 4,
// 5, 6 and 9).
//
// Knows no sockets. All views point into the bytes given to the last parse().
#pragma once

#include "http/BodyFraming.h"
#include "http/ConnectionOptions.h"
#include "http/FieldList.h"
#include "http/HeadFault.h"
#include "http/HeadLimits.h"
#include "http/HeadLines.h"

#include <cstdint>
#include <string_view>

namespace sallyport::http {

class ResponseHead {
public:
    ResponseHead() = default;
    ResponseHead(const ResponseHead&) = delete;
    ResponseHead& operator=(const ResponseHead&) = delete;

    /// As RequestHead::parse(). `limits.targetBytes` is not used.
    [[nodiscard]] ParseOutcome parse(std::string_view bytes, const HeadLimits& limits);
    void reset();

    [[nodiscard]] HeadFault fault() const { return fault_; }

    // The rest is for a Complete head.

    [[nodiscard]] std::size_t headBytes() const { return lines_.position(); }
    [[nodiscard]] int statusCode() const { return statusCode_; } ///< 100 to 599
    [[nodiscard]] int minorVersion() const { return minorVersion_; }
    [[nodiscard]] std::string_view reason() const { return reason_; } ///< may be empty
    [[nodiscard]] const FieldList& fields() const { return fields_; }

    /// 100 to 199 but not 101: another head follows.
    [[nodiscard]] bool interim() const { return statusCode_ < 200 && statusCode_ != 101; }
    /// Depends on what was asked (RFC 9112 section 6.3).
    [[nodiscard]] BodyFraming bodyFraming(std::string_view requestMethod) const;
    [[nodiscard]] const ConnectionOptions& connection() const { return connection_; }
    /// Whether the upstream keeps the connection; a body until close ends it all the same.
    [[nodiscard]] bool persistent() const { return connection_.persistent(minorVersion_); }

private:
    enum class Stage : std::uint8_t { StatusLine, Fields, Complete, Bad };

    [[nodiscard]] ParseOutcome bad(HeadFault fault);
    [[nodiscard]] HeadFault readStatusLine(std::string_view line);
    [[nodiscard]] HeadFault finish();
    void follow(const char* base);

    Stage stage_ = Stage::StatusLine;
    HeadFault fault_ = HeadFault::None;
    int statusCode_ = 0;
    int minorVersion_ = 1;
    HeadLines lines_;
    const char* base_ = nullptr;
    std::string_view reason_;
    BodyFraming declared_;
    ConnectionOptions connection_;
    FieldList fields_;
};

} // namespace sallyport::http
