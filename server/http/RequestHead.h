// RequestHead: a request line and its fields, parsed strictly and without copying (RFC 9112
// sections 2, 3, 5, 6 and 9).
//
// Whatever is ambiguous is refused, so that nobody behind this proxy can understand a request
// differently. Knows no sockets, and not what a policy may say. All views point into the bytes
// given to the last parse().
#pragma once

#include "http/Authority.h"
#include "http/BodyFraming.h"
#include "http/ConnectionOptions.h"
#include "http/FieldList.h"
#include "http/HeadFault.h"
#include "http/HeadLimits.h"
#include "http/HeadLines.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace sallyport::http {

enum class TargetForm : std::uint8_t { Authority, Absolute, Origin, Asterisk };

/// Of the target's URI; None when the form has none. Ws and Wss are the same as Http and Https.
enum class Scheme : std::uint8_t { None, Http, Ws, Https, Wss, Other };

class RequestHead {
public:
    static constexpr std::size_t MaxMethodBytes = 64;

    RequestHead() = default;
    RequestHead(const RequestHead&) = delete;
    RequestHead& operator=(const RequestHead&) = delete;

    /// After NeedMore, call again with the same bytes and more behind them; they may have moved.
    /// After Complete, a call lets the views follow bytes that have moved. Call reset() before
    /// another head.
    [[nodiscard]] ParseOutcome parse(std::string_view bytes, const HeadLimits& limits);
    void reset();

    /// Why the outcome was Bad. What could be read before the fault stays readable (method,
    /// target).
    [[nodiscard]] HeadFault fault() const { return fault_; }

    // The rest is for a Complete head.

    /// Including the blank line, and one empty line in front (RFC 9112 section 2.2).
    [[nodiscard]] std::size_t headBytes() const { return lines_.position(); }
    [[nodiscard]] std::string_view method() const { return method_; }
    [[nodiscard]] std::string_view target() const { return target_; }
    [[nodiscard]] TargetForm form() const { return form_; }
    [[nodiscard]] int minorVersion() const { return minorVersion_; }
    [[nodiscard]] const FieldList& fields() const { return fields_; }

    [[nodiscard]] Scheme scheme() const { return scheme_; }
    /// Whom the request is for: from the target, and in origin and asterisk form from the Host
    /// field. The host is empty only in those two forms of an HTTP/1.0 request without Host.
    [[nodiscard]] const Authority& authority() const { return authority_; }
    /// authority()'s port, or the scheme's default; 80 when there is no scheme.
    [[nodiscard]] std::uint16_t port() const;
    /// Missing only in HTTP/1.0.
    [[nodiscard]] const std::optional<Authority>& hostField() const { return hostField_; }

    /// The target's path, "/" when it is empty, "*" for asterisk form and for OPTIONS with neither
    /// path nor query (RFC 9112 section 3.2.4); empty for CONNECT.
    [[nodiscard]] std::string_view path() const { return path_; }
    /// With its "?", or empty. path() and query() together are the target in origin form.
    [[nodiscard]] std::string_view query() const { return query_; }

    [[nodiscard]] BodyFraming bodyFraming() const { return framing_; }
    [[nodiscard]] const ConnectionOptions& connection() const { return connection_; }
    /// Whether the client keeps the connection; HTTP/1.0 clients say so by Connection or
    /// Proxy-Connection: keep-alive.
    [[nodiscard]] bool persistent() const { return connection_.persistent(minorVersion_); }
    /// Whether the client waits for 100 before it sends its body.
    [[nodiscard]] bool expectsContinue() const;
    /// Of OPTIONS and TRACE only (RFC 9110 section 7.6.2).
    [[nodiscard]] std::optional<std::uint32_t> maxForwards() const { return maxForwards_; }

private:
    enum class Stage : std::uint8_t { Start, RequestLine, Fields, Complete, Bad };

    [[nodiscard]] ParseOutcome bad(HeadFault fault);
    [[nodiscard]] ParseOutcome parseRequestLine(std::string_view bytes, const HeadLimits& limits);
    [[nodiscard]] ParseOutcome parseFields(std::string_view bytes, const HeadLimits& limits);
    [[nodiscard]] HeadFault readRequestLine(std::string_view line, const HeadLimits& limits);
    [[nodiscard]] HeadFault readTarget();
    [[nodiscard]] HeadFault readAbsoluteTarget();
    [[nodiscard]] HeadFault readHost();
    [[nodiscard]] HeadFault readMaxForwards();
    [[nodiscard]] HeadFault finish();
    void follow(const char* base);

    Stage stage_ = Stage::Start;
    HeadFault fault_ = HeadFault::None;
    TargetForm form_ = TargetForm::Origin;
    Scheme scheme_ = Scheme::None;
    int minorVersion_ = 1;
    HeadLines lines_;
    const char* base_ = nullptr;  ///< where the bytes were in the last parse()
    std::size_t methodBegin_ = 0; ///< 0, or 2 behind an empty line
    std::string_view method_, target_, path_, query_;
    Authority authority_;
    std::optional<Authority> hostField_;
    BodyFraming framing_;
    ConnectionOptions connection_;
    std::optional<std::uint32_t> maxForwards_;
    FieldList fields_;
};

} // namespace sallyport::http
