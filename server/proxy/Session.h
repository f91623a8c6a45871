// Session: one request of a client and what became of it: facts, verdict, counters, and the only
// writer of its record.
//
// One open event before the client is told yes and one close event at its end, or a single decision
// event when it is refused: the destructor closes what nobody closed. While it is carried whoever
// wants it gone calls end().
#pragma once

#include "audit/AuditEvent.h"
#include "net/Channel.h"
#include "net/EventLoop.h"
#include "net/IpAddress.h"
#include "policy/FactSheet.h"
#include "policy/Policy.h"
#include "proxy/Failure.h"
#include "proxy/Insight.h"
#include "proxy/Opening.h"
#include "proxy/PolicyInUse.h"
#include "proxy/SessionSummary.h"
#include "proxy/WorkerCounters.h"

#include <boost/intrusive/list.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::proxy {

class SessionRecord;
class Worker;

/// What carries a session's bytes and can be told to stop.
class Carrier {
public:
    /// Aborts the session's streams, so that whatever waits for them reports it and the story runs
    /// to the closing record; or runs there at once, which destroys the session.
    virtual void stopCarrying() = 0;
    /// A review has given the session other limits.
    virtual void onLimitsChanged() {}
    /// What it has moved and the session's own counters do not have.
    [[nodiscard]] virtual audit::ByteCounts carried() const { return {}; }
    /// Of a tunnel; `now` is the time of this turn of the loop by the records' clock.
    [[nodiscard]] virtual audit::Silence silence(audit::AuditTime now) const
    {
        (void)now;
        return {};
    }
    /// Gives the session what was counted inside so far.
    virtual void reportInside() {}

protected:
    ~Carrier() = default;
};

/// How the upstream was reached, or how far that came.
struct Reached {
    static constexpr std::size_t MostAnswers = 16;

    std::vector<policy::AddressBytes> answers{};            ///< what the name was resolved to
    std::optional<std::chrono::microseconds> resolveTime{}; ///< missing: no name was asked for
    std::optional<std::chrono::microseconds> connectTime{}; ///< over all addresses tried
    std::uint16_t tries = 0;                                ///< addresses that were dialled
    std::optional<net::Endpoint> egress{};                  ///< our end of the connection
};

/// Why and how a session ended.
struct SessionEnd {
    audit::CloseBy by = audit::CloseBy::Proxy;
    audit::CloseReason reason = audit::CloseReason::Internal;
    ExpiredLimit expired{};
    std::optional<net::TcpFigures> tcpClient{};
    std::optional<net::TcpFigures> tcpUpstream{};
};

using SessionHook =
    boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

/// Its place in a SessionWalks.
struct WalkTag;
using WalkHook =
    boost::intrusive::list_base_hook<boost::intrusive::tag<WalkTag>,
                                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

class Session : public SessionHook, public WalkHook {
public:
    /// Both hold no session; one that is destroyed leaves them.
    using List = boost::intrusive::list<Session, boost::intrusive::constant_time_size<false>>;
    using WalkList = boost::intrusive::list<Session, boost::intrusive::base_hook<WalkHook>,
                                            boost::intrusive::constant_time_size<false>>;

    struct Request {
        audit::Form form = audit::Form::None;
        policy::Protocol protocol = policy::Protocol::Http;
        std::string_view method;
        std::string_view host; ///< as it came; kept normalised
        std::uint16_t port = 0;
        std::string_view path;    ///< without the query
        std::string_view query{}; ///< with its "?", or empty
        std::string_view userAgent{};
        std::string_view origin{}; ///< the host in a handshake's Origin, as it came; empty: none
        std::vector<std::string> subprotocols{}; ///< offered by a handshake
    };

    Session(Worker& worker, std::string_view listener, const net::Endpoint& client);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    void describe(Request request);
    /// What a client sent first through its tunnel.
    void sawOpening(const Opening& opening);
    /// What the server of a tunnel said before its client did: its first line.
    void sawBanner(std::string banner);
    /// What the server answered to a ClientHello.
    void sawFlight(const tls::ServerFlight& flight);
    /// What the upstream answered to a handshake: the subprotocol it chose (empty: none of those
    /// offered) and its extensions.
    void sawHandshakeAnswer(int status, std::string_view subprotocol, std::string_view extensions);
    /// As told there; empty before.
    [[nodiscard]] std::string_view subprotocol() const;
    [[nodiscard]] std::string_view extensions() const;
    /// What a check of the profile found that `by` names: not always the newest policy's.
    void found(const policy::inspection::Finding& finding, const Inspection& by);
    /// To be filled until it is opened or refused.
    [[nodiscard]] Reached& reached() { return untold().reached; }
    /// The first byte of its upstream has come.
    void upstreamSpoke();
    /// What the messages came to so far.
    void watched(const websocket::MessageTap& tap);
    [[nodiscard]] audit::InspectionResult& inspectionResult();

    /// Asks the worker's newest policy with what is known; the last verdict is what the record
    /// says.
    const policy::Verdict& decide(policy::Stage stage);
    /// The same with `destination` as the address that would be dialled.
    const policy::Verdict& decide(policy::Stage stage, const net::IpAddress& destination);

    /// Asks the policy that let it in again, because more is known of a session that was decided
    /// before; its verdict changes only if the answer does, or what rows in report mode say.
    const policy::Verdict& reconsider(policy::Stage stage);
    /// How closely its policy wants it looked at.
    [[nodiscard]] Inspection inspection() const;

    /// The record at open; `status` is what the client is told, 0 when that is not known yet.
    void opened(int status);
    /// What the client was told in the end, for a session opened before that was known.
    void answered(int status) { status_ = status; }
    /// The one record of a session that is not let in or cannot be carried.
    void refused(const Failure& failure);
    void closed(const SessionEnd& end);
    void closed(audit::CloseBy by, audit::CloseReason reason)
    {
        closed(SessionEnd{.by = by, .reason = reason});
    }
    /// A record of an open session's counters, if bytes have moved since the last one.
    enum class Progress : std::uint8_t { None, Recorded };
    Progress recordProgress();

    /// From here to its end, or to carriedBy(nullptr), end() and review() have somebody to tell.
    void carriedBy(Carrier* carrier);
    [[nodiscard]] const Carrier* carrier() const { return carrier_; }
    /// Nothing more will become known: from here on it is reviewed as a running session.
    void allKnown() { allKnown_ = true; }
    /// Asks the worker's newest policy whether a carried session may go on; says since when it may
    /// not. Whatever is undecided then is forbidden, unless more is to become known.
    [[nodiscard]] std::optional<net::TimePoint> review();
    /// Whether a review by this policy would forbid it.
    [[nodiscard]] bool wouldBeForbiddenBy(const policy::Policy& policy) const;
    /// Whose verdict it has.
    [[nodiscard]] const PolicyInUse& decidedBy() const { return *policy_; }
    /// Ends a carried session; the first reason given is what the closing record says. May destroy
    /// it.
    void end(audit::CloseBy by, audit::CloseReason reason);
    /// Whether somebody wanted it gone.
    [[nodiscard]] bool ended() const { return endReason_ != audit::CloseReason::None; }
    [[nodiscard]] bool revoked() const { return endReason_ == audit::CloseReason::PolicyRevoked; }
    [[nodiscard]] bool terminated() const { return endReason_ == audit::CloseReason::Terminated; }

    [[nodiscard]] bool isOpen() const { return stage_ == Stage::Open; }
    [[nodiscard]] const audit::SessionId& id() const { return id_; }
    [[nodiscard]] std::string idText() const;
    [[nodiscard]] SessionSummary summary() const;
    [[nodiscard]] const std::string& method() const { return method_; }
    [[nodiscard]] const std::string& host() const { return host_; }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// "host:port", what connections to an origin are kept under.
    [[nodiscard]] std::string origin() const { return host_ + ":" + std::to_string(port_); }
    /// The last one; of a revoked session the one that revoked it.
    [[nodiscard]] const policy::Verdict& verdict() const
    {
        return revoked() ? ban_->verdict : verdict_;
    }
    [[nodiscard]] policy::Protocol protocol() const { return protocol_; }
    /// Whether a tunnel's client must be heard before anything of it goes on.
    [[nodiscard]] bool awaitsFirstBytes() const;
    /// What the policy lets it take; nothing is set while it cannot say yet.
    [[nodiscard]] const policy::SessionLimits& limits() const;
    [[nodiscard]] std::chrono::microseconds age() const;

    audit::ByteCounts bytes; ///< but for what the carrier has

private:
    [[nodiscard]] policy::Verdict reviewedBy(const policy::Policy& policy) const;

    friend class SessionRecord;
    enum class Stage : std::uint8_t { Fresh, Open, Over };
    static constexpr std::chrono::microseconds NoByte{-1};

    /// Facts that many sessions do not have, in the spelling the policy asks for. Kept as long as
    /// the session: a later policy may ask for what this one does not.
    struct Details {
        std::string path;
        std::string query;
        std::string origin;
        std::vector<std::string> subprotocolsOffered;
    };

    /// What only the first record says; gone when that is written.
    struct Untold {
        std::string path;      ///< as it came
        std::string query;     ///< likewise, but for secrets; empty unless it is to be recorded
        std::string userAgent; ///< likewise
        Reached reached;
    };

    /// What forbids a session that was let in before.
    struct Ban {
        net::TimePoint since;
        std::shared_ptr<PolicyInUse> policy;
        policy::Verdict verdict;
    };

    [[nodiscard]] Details& details();
    [[nodiscard]] Insight& insight();
    [[nodiscard]] Untold& untold();
    [[nodiscard]] policy::Facts facts() const;
    [[nodiscard]] audit::ByteCounts totals() const;
    void put(const SessionRecord& record);
    void alert(const policy::inspection::Finding& finding, const Inspection& by);
    [[nodiscard]] policy::Verdict ask(policy::Stage stage, const policy::Facts& facts) const;
    [[nodiscard]] policy::Protocol content() const;
    [[nodiscard]] Outcome outcome() const;
    void countOnce(policy::WallTime now, Outcome outcome);
    void countEnd(policy::WallTime now, Outcome outcome);

    Worker& worker_;
    std::string_view listener_;
    net::Endpoint client_;
    std::chrono::sys_time<std::chrono::microseconds> begun_;
    audit::SessionId id_;
    std::shared_ptr<PolicyInUse> policy_; ///< that gave the verdict
    policy::Verdict verdict_;
    std::optional<net::IpAddress> destination_;
    std::string method_;
    std::string host_;
    std::unique_ptr<Untold> untold_;
    std::unique_ptr<Details> details_;
    std::unique_ptr<policy::FactSheet::Opening> opening_; ///< of a tunnel, once it was read
    std::unique_ptr<std::string> subprotocol_;            ///< once the upstream has chosen
    std::unique_ptr<Insight> insight_;
    std::unique_ptr<Ban> ban_;
    Carrier* carrier_ = nullptr;
    std::uint64_t toldBytes_ = 0;                  ///< all directions together, by the last record
    std::chrono::microseconds firstByte_ = NoByte; ///< from the upstream, since the beginning
    std::uint16_t port_ = 0;
    std::uint16_t status_ = 0;
    audit::Form form_ = audit::Form::None;
    policy::Protocol protocol_ = policy::Protocol::Http;
    Stage stage_ = Stage::Fresh;
    audit::CloseBy endedBy_ = audit::CloseBy::None;
    audit::CloseReason endReason_ = audit::CloseReason::None;
    bool asked_ = false;    ///< whether the policy gave an answer
    bool counted_ = false;  ///< for the rows of the verdict
    bool recorded_ = false; ///< the verdict, by an event
    /// Of what was seen inside, whether an update has told it.
    enum class Inside : std::uint8_t { Untold, Told } inside_ = Inside::Told;
    bool allKnown_ = false;
};

} // namespace sallyport::proxy
