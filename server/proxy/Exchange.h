// Exchange: one request on a client's connection: what its story works with, and the ways it can be
// answered here.
#pragma once

#include "http/RequestHead.h"
#include "http/ResponseHead.h"
#include "net/Task.h"
#include "net/TcpStream.h"
#include "proxy/Failure.h"
#include "proxy/Inbox.h"
#include "proxy/ProxyOptions.h"
#include "proxy/Session.h"

#include <memory>
#include <string>

namespace sallyport::proxy {

/// What becomes of the client's connection after a request.
enum class After : std::uint8_t {
    NextRequest,
    Close,      ///< orderly, now
    Linger,     ///< after the client has had time to read the answer: bytes of it may be unread
    Reset,      ///< the client must see that its answer was cut
    HandedOver, ///< a tunnel has it
};

struct Exchange {
    Worker& worker;
    const ProxyOptions& options; ///< the snapshot this request is served by
    net::TcpStream& client;
    Inbox& inbox; ///< begins with the request's head until that is consumed
    http::RequestHead& head;
    http::ResponseHead& answer;
    std::string& outgoing;
    std::unique_ptr<Session> session;

    /// Kept apart from the head, whose bytes go when a body is read.
    std::string accept;
    enum class HeadBytes : std::uint8_t { InInbox, Consumed } headBytes = HeadBytes::InInbox;

    /// Of the request as it came; read once, before the head's bytes go.
    bool clientPersists = false;
    int clientMinorVersion = 1;

    /// The head's bytes are no longer needed; what is behind them is the body or the next request.
    void consumeHead();

    /// Records the refusal and answers it.
    net::Task<After> refuse(Failure failure);
    /// Writes an answer of our own.
    net::Task<After> send(std::string_view bytes, After after);
    /// Whether the connection can carry another request after an answer made here: nothing of a
    /// body is unread.
    [[nodiscard]] bool canPersist() const;
    /// NextRequest if it can, otherwise Linger.
    [[nodiscard]] After afterOwnAnswer() const;
};

} // namespace sallyport::proxy
