// Site: the accounts behind a router on a data directory of its own, with a clock that tests move;
// Visitor: somebody who calls it, and keeps the cookie as a browser does.
#pragma once

#include "admin/accounts/Accounts.h"
#include "admin/accounts/Totp.h"
#include "db/AdminSpool.h"
#include "support/TemporaryFolder.h"

#include <Poco/JSON/Parser.h>

#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::admin::accounts {

/// What an authenticator shows that was given the secret in base32.
[[nodiscard]] inline std::string codeFor(const std::string& base32, db::AccountTime now)
{
    constexpr std::string_view Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::string bytes;
    unsigned held = 0;
    unsigned bits = 0;
    for (const char digit : base32) {
        held = (held << 5 | static_cast<unsigned>(Digits.find(digit))) & 0xFFFF;
        if ((bits += 5) >= 8)
            bytes += static_cast<char>(held >> (bits -= 8) & 0xFF);
    }
    return totpCode(bytes, totpStepAt(now));
}

struct Reply {
    unsigned status;
    std::map<std::string, std::string> fields;
    std::string body;

    [[nodiscard]] Poco::JSON::Object::Ptr json() const
    {
        return Poco::JSON::Parser().parse(body).extract<Poco::JSON::Object::Ptr>();
    }
    [[nodiscard]] std::string text(const std::string& member) const
    {
        return json()->optValue<std::string>(member, "");
    }
    [[nodiscard]] Poco::JSON::Object::Ptr object(const std::string& member) const
    {
        return json()->getObject(member);
    }
    [[nodiscard]] std::string field(const std::string& name) const
    {
        const auto found = fields.find(name);
        return found == fields.end() ? "" : found->second;
    }
};

class Site {
public:
    static constexpr const char* AdminPassword = "correct horse battery";

    Site() { open(); }

    /// As after a restart of the server.
    void open()
    {
        accounts_.reset();
        router_ = std::make_unique<api::Router>();
        accounts_ = std::make_unique<Accounts>(Accounts::Parts{
            .dataDirectory = folder_.path(),
            .trail = trail_,
            .facts = {.node = "proxy-1", .features = {"websocket"}},
            .setup = {.applyStartingPolicy =
                          [this](const api::Caller& who, const std::string& kind,
                                 const std::string& document) {
                              policies_.push_back(who.name + ' ' + kind + ' ' + document);
                          },
                      .listener =
                          [] {
                              return ProxyListener{"127.0.0.1", 3128};
                          },
                      .faultOfListener = {},
                      .changeListener = {},
                      .pacUrl = [] { return "http://127.0.0.1:8081/proxy.pac"; }},
            .clock = [this] { return now_; }});
        accounts_->addTo(*router_);
    }

    [[nodiscard]] api::Router& router() { return *router_; }
    [[nodiscard]] Accounts& accounts() { return *accounts_; }
    [[nodiscard]] const std::string& folder() const { return folder_.path(); }
    [[nodiscard]] db::AccountTime now() const { return now_; }
    void pass(std::chrono::seconds time) { now_ += time; }
    [[nodiscard]] const std::vector<std::string>& policies() const { return policies_; }

    [[nodiscard]] std::string setupToken()
    {
        const auto link = accounts_->setupLink("https://x").value_or("");
        return link.substr(link.find('=') + 1);
    }

    [[nodiscard]] std::vector<db::AdminAct> acts() const
    {
        const auto unread = db::AdminSpool(folder_.path()).read([](const auto&) { return 0; });
        return unread ? unread->acts : std::vector<db::AdminAct>();
    }
    /// "who action object", the oldest first.
    [[nodiscard]] std::vector<std::string> actLines() const
    {
        std::vector<std::string> lines;
        for (const auto& act : acts())
            lines.push_back(act.who + ' ' + act.action + ' ' + act.object);
        return lines;
    }
    [[nodiscard]] std::string spoolText() const
    {
        std::string text;
        for (const auto& act : acts())
            text += act.who + act.object + act.before + act.after + act.note + '\n';
        return text;
    }

private:
    test::TemporaryFolder folder_;
    api::Trail trail_{folder_.path()};
    db::AccountTime now_{std::chrono::seconds(1'790'000'000)};
    std::vector<std::string> policies_;
    std::unique_ptr<api::Router> router_;
    std::unique_ptr<Accounts> accounts_;
};

class Visitor {
public:
    explicit Visitor(Site& site, std::string address = "127.0.0.1")
        : site_(&site), address_(std::move(address))
    {}

    Reply ask(const std::string& method, const std::string& path, const std::string& body = "",
              std::map<std::string, std::string> fields = {})
    {
        std::istringstream stream(body);
        fields.emplace("content-type", "application/json");
        fields.emplace("user-agent", "Firefox");
        const auto question = path.find('?');
        api::Call::Parts parts{.method = method,
                               .path = path.substr(0, question),
                               .query = {},
                               .fields = std::move(fields),
                               .body = body.empty() ? nullptr : &stream,
                               .bodyBytes = body.size(),
                               .caller = caller(),
                               .traceId = "t-1"};
        if (question != std::string::npos)
            parts.query = queryOf(path.substr(question + 1));
        api::Call call(std::move(parts));
        const auto answer = site_->router().answer(call);
        Reply reply{answer.status, {}, answer.body};
        for (const auto& [name, value] : answer.fields) {
            reply.fields[name] = value;
            if (name == "Set-Cookie")
                cookie_ = value.substr(value.find('=') + 1, value.find(';') - value.find('=') - 1);
        }
        return reply;
    }
    Reply get(const std::string& path) { return ask("GET", path); }
    Reply post(const std::string& path, const std::string& body = "")
    {
        return ask("POST", path, body);
    }
    /// With the ETag that GET gives.
    Reply patch(const std::string& path, const std::string& body)
    {
        return ask("PATCH", path, body, {{"if-match", get(path).field("ETag")}});
    }
    Reply remove(const std::string& path)
    {
        return ask("DELETE", path, "", {{"if-match", get(path).field("ETag")}});
    }

    Reply signIn(const std::string& name, const std::string& password)
    {
        return post("/session",
                    R"({"name": ")" + name + R"(", "password": ")" + password + R"("})");
    }
    /// Makes "ann" the first administrator and is signed in as her.
    Reply setUp()
    {
        return post("/setup", R"({"token": ")" + site_->setupToken() +
                                  R"(", "admin": {"name": "ann", "password": ")" +
                                  Site::AdminPassword +
                                  R"("}, "starting_policy": {"kind": "keep"}})");
    }

    [[nodiscard]] api::Caller caller() const
    {
        return site_->accounts().authenticate()(
            {.cookie = cookie_, .bearer = bearer_, .address = address_, .userAgent = "Firefox"});
    }
    [[nodiscard]] const std::string& cookie() const { return cookie_; }
    void setCookie(std::string cookie) { cookie_ = std::move(cookie); }
    void setBearer(std::string bearer) { bearer_ = std::move(bearer); }

private:
    static std::vector<std::pair<std::string, std::string>> queryOf(const std::string& text)
    {
        std::vector<std::pair<std::string, std::string>> query;
        std::istringstream parts(text);
        for (std::string part; std::getline(parts, part, '&');)
            query.emplace_back(part.substr(0, part.find('=')), part.substr(part.find('=') + 1));
        return query;
    }

    Site* site_;
    std::string address_;
    std::string cookie_;
    std::string bearer_;
};

} // namespace sallyport::admin::accounts
