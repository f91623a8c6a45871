// Session: one request of a client and what became of it: facts, verdict, counters, and the only
// writer of its record.
//
// One open event before the client is told yes and one close event at its end, or a single decision
// event when it is refused: the destructor closes what nobody closed.
#pragma once

#include "audit/AuditEvent.h"
#include "net/IpAddress.h"
#include "policy/FactSheet.h"
#include "policy/Policy.h"
#include "proxy/Failure.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::proxy {

class Worker;

class Session {
public:
    struct Request {
        audit::Form form = audit::Form::None;
        policy::Protocol protocol = policy::Protocol::Http;
        std::string_view method;
        std::string_view host; ///< as it came; kept normalised
        std::uint16_t port = 0;
        std::string_view path;     ///< without the query
        std::string_view query{};  ///< with its "?", or empty
        std::string_view origin{}; ///< the host in a handshake's Origin, as it came; empty: none
        std::vector<std::string> subprotocols{}; ///< offered by a handshake
    };

    Session(Worker& worker, std::string_view listener, const net::Endpoint& client);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    void describe(Request request);
    /// What a client sent first through its tunnel: Tls or Unknown, the server name as it came
    /// (empty: none), the protocols offered.
    void sawFirstBytes(policy::Protocol content, std::string_view sni,
                       std::vector<std::string> alpn);
    /// What the upstream answered to a handshake; empty: none of those offered.
    void choseSubprotocol(std::string_view subprotocol);

    /// Asks the policy with what is known; the last verdict is what the record says.
    const policy::Verdict& decide(policy::Stage stage);
    /// The same with `destination` as the address that would be dialled.
    const policy::Verdict& decide(policy::Stage stage, const net::IpAddress& destination);

    /// The record at open; `status` is what the client is told, 0 when that is not known yet.
    void opened(int status);
    /// What the client was told in the end, for a session opened before that was known.
    void answered(int status) { status_ = status; }
    /// The one record of a session that is not let in or cannot be carried.
    void refused(const Failure& failure);
    void closed(audit::CloseBy by, audit::CloseReason reason, std::string_view timer = {});

    [[nodiscard]] bool isOpen() const { return stage_ == Stage::Open; }
    [[nodiscard]] std::string idText() const;
    [[nodiscard]] const std::string& method() const { return method_; }
    [[nodiscard]] const std::string& host() const { return host_; }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// "host:port", what connections to an origin are kept under.
    [[nodiscard]] std::string origin() const { return host_ + ":" + std::to_string(port_); }
    [[nodiscard]] const policy::Verdict& verdict() const { return verdict_; }
    [[nodiscard]] policy::Protocol protocol() const { return protocol_; }
    /// Whether a tunnel's client must be heard before anything of it goes on.
    [[nodiscard]] bool awaitsFirstBytes() const;
    /// What the policy lets it take; nothing is set while it cannot say yet.
    [[nodiscard]] const policy::SessionLimits& limits() const;
    [[nodiscard]] std::chrono::microseconds age() const;

    audit::ByteCounts bytes;

private:
    enum class Stage : std::uint8_t { Fresh, Open, Over };

    /// Facts that many sessions do not have, in the spelling the policy asks for. Kept as long as
    /// the session: a later policy may ask for what this one does not.
    struct Details {
        std::string path;
        std::string query;
        std::string origin;
        std::vector<std::string> subprotocolsOffered;
        std::optional<policy::FactSheet::Opening> firstBytes;
        std::optional<std::string> subprotocol;
    };

    [[nodiscard]] Details& details();
    [[nodiscard]] policy::Facts facts() const;
    [[nodiscard]] audit::AuditEvent event(audit::EventKind kind) const;
    void putFacts(audit::AuditEvent& event);
    void putVerdict(audit::AuditEvent& event) const;

    Worker& worker_;
    std::string_view listener_;
    net::Endpoint client_;
    std::chrono::sys_time<std::chrono::microseconds> begun_;
    audit::SessionId id_;
    std::shared_ptr<const policy::Policy> policy_;
    policy::Verdict verdict_;
    std::optional<net::IpAddress> destination_;
    std::string method_;
    std::string host_;
    std::string path_; ///< as it came, for the record
    std::unique_ptr<Details> details_;
    std::uint16_t port_ = 0;
    std::uint16_t status_ = 0;
    audit::Form form_ = audit::Form::None;
    policy::Protocol protocol_ = policy::Protocol::Http;
    Stage stage_ = Stage::Fresh;
    bool asked_ = false;    ///< whether the policy gave an answer
    bool recorded_ = false; ///< that answer, by an event
};

} // namespace sallyport::proxy
