#include "app/AdminSite.h"

#include "app/BlockPage.h"
#include "app/NameLookup.h"
#include "app/ProxyPieces.h"
#include "app/ProxyView.h"
#include "http/Authority.h"
#include "policy/PacFile.h"

#include <Poco/Environment.h>
#include <Poco/Net/SSLManager.h>

#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <utility>

namespace sallyport::app {

namespace {

using admin::site::Page;
using admin::site::SiteCertificate;

/// As long as the process answers at all.
Page healthPage()
{
    return {200, "application/json", R"({"status":"ok","version":")" SALLYPORT_VERSION "\"}\n", {}};
}

Page pageOf(admin::api::Answer answer)
{
    return {answer.status, std::move(answer.mediaType), std::move(answer.body), {}};
}

SiteCertificate siteCertificate(const Settings& settings)
{
    if (settings.adminCertificate.empty() != settings.adminKey.empty())
        throw std::runtime_error("admin-certificate and admin-key belong together: give both, or "
                                 "neither");
    if (!settings.adminCertificate.empty())
        return {.certificate = settings.adminCertificate, .key = settings.adminKey};
    return admin::site::selfMadeCertificate(
        settings.dataDirectory,
        {Poco::Environment::nodeName(), settings.adminListen->address.toString()});
}

Poco::Net::SocketAddress toPoco(const net::Endpoint& endpoint)
{
    Poco::Net::initializeSSL();
    return Poco::Net::SocketAddress(endpoint.toString());
}

} // namespace

AdminSite::AdminSite(const Settings& settings)
    : certificate_(siteCertificate(settings)), server_(toPoco(*settings.adminListen), certificate_)
{}

AdminSite::~AdminSite()
{
    stop();
}

net::Endpoint AdminSite::address() const
{
    return net::Endpoint::parse(server_.address().toString()).value_or(net::Endpoint{});
}

void AdminSite::open(Process process)
{
    process_ = std::make_unique<Process>(std::move(process));
    settings_ = std::make_unique<SettingView>(
        process_->sources, [this] { return process_->facts.settings(); },
        [] { ::kill(::getpid(), SIGHUP); });
    api_ = std::make_unique<admin::AdminApi>(apiParts());
}

admin::AdminApiParts AdminSite::apiParts()
{
    const auto settings = process_->facts.settings();
    return {
        .dataDirectory = settings.dataDirectory,
        .node = settings.nodeName,
        .listener =
            [this] {
                const auto proxy = process_->facts.proxies().front();
                return admin::accounts::ProxyListener{proxy.address.toString(), proxy.port};
            },
        .pacUrl = [this] { return pacUrl(); },
        .policyOwner = [this] { return process_->facts.settings().policyOwner; },
        .takeUpPolicy = process_->takeUpPolicy,
        .proxy = view(),
        .bundle = {.dataDirectory = settings.dataDirectory,
                   .settings =
                       [this] {
                           std::vector<std::pair<std::string, std::string>> all;
                           for (const auto& setting : settings_->read())
                               for (const auto& value : setting.values)
                                   all.emplace_back(setting.name, value);
                           return all;
                       },
                   .logFile = settings.logFile == "-" ? std::filesystem::path() : settings.logFile},
        .certificateExpiry = [this]() -> std::optional<admin::live::WallTime> {
            return admin::site::endOf(certificate_.certificate);
        },
        .pac = pacParts(),
        .settings = settings_->parts(),
        .blockPage = blockPageText,
        .askOpenSessions =
            [this](const auto& policy) { return openSessionsUnder(process_->workers, policy); }};
}

admin::pac::PacParts AdminSite::pacParts()
{
    return {.serverSettings = [this] { return process_->facts.settingsPac(); },
            .proxyAddress = [this] { return asClientsSayIt(process_->facts.proxies().front()); },
            .urls =
                [this] {
                    std::vector<std::string> urls;
                    for (const auto& proxy : process_->facts.proxies())
                        urls.push_back("http://" + asClientsSayIt(proxy) + "/proxy.pac");
                    return urls;
                },
            .fetches = [this] { return pacFetches(process_->workers); },
            .resolve =
                [this](const std::string& host) {
                    const auto settings = process_->facts.settings();
                    return lookUpName(host, resolverOptions(settings), settings.resolveTimeout);
                }};
}

admin::live::ProxyView AdminSite::view()
{
    auto view = proxyView(process_->workers);
    view.audit = [this] { return auditFigures(process_->auditLog); };
    view.stage = [this] { return process_->facts.stage(); };
    view.policy = [this] { return process_->facts.policy(); };
    view.policyProblem = [this] { return process_->facts.policyProblem(); };
    view.addresses = [this] {
        std::vector<std::string> all;
        for (const auto& proxy : process_->facts.proxies())
            all.push_back(proxy.toString());
        return all;
    };
    return view;
}

void AdminSite::start()
{
    api_->start();
    server_.start(
        {.makePac = [this](std::string_view host) { return pacFor(host); },
         .router = &api_->router(),
         .authenticate = api_->accounts().authenticate(),
         .callerOf =
             [this](const std::string& session) { return api_->accounts().callerOf(session); },
         .serveFeed =
             [this](auto& request, auto& response, const auto& caller, const auto& standing) {
                 api_->live().feed().serve(request, response, caller, standing);
             },
         .health = healthPage,
         .readiness = [this] { return pageOf(api_->live().health().ready()); },
         .metrics =
             [this](const admin::api::Caller& caller) {
                 return pageOf(api_->live().metrics().answer(caller));
             },
         .ui = admin::site::uiFiles()});
}

std::string AdminSite::setupLink()
{
    return api_->accounts().setupLink("https://" + asClientsSayIt(address())).value_or("");
}

void AdminSite::stop()
{
    if (api_)
        api_->stop();
    server_.stop();
}

std::string AdminSite::asClientsSayIt(const net::Endpoint& endpoint) const
{
    const auto address = endpoint.address.toString();
    if (address != "0.0.0.0" && address != "::")
        return endpoint.toString();
    return process_->facts.settings().nodeName + ':' + std::to_string(endpoint.port);
}

std::string AdminSite::pacUrl() const
{
    return "http://" + asClientsSayIt(process_->facts.proxies().front()) + "/proxy.pac";
}

std::string AdminSite::pacFor(std::string_view hostHeader) const
{
    auto settings = process_->facts.pac();
    if (settings.proxy.empty()) {
        // The proxy's port under the name the client used for this machine.
        const auto proxy = process_->facts.proxies().front();
        const auto authority = http::parseAuthority(hostHeader);
        if (authority && !authority->host.empty())
            http::writeAuthority(*authority, proxy.port, 0, settings.proxy);
        else
            settings.proxy = proxy.toString();
    }
    return policy::writePac(settings);
}

} // namespace sallyport::app
