#include "admin/live/MetricsPage.h"

#include "admin/live/MetricsText.h"
#include "unit/admin/live/Proxied.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>

namespace sallyport::admin::live {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

/// What a scraper understands of a page; throws std::runtime_error at what it would not.
struct Scraped {
    std::map<std::string, std::string> types;
    std::map<std::string, double> values; ///< by name and labels, as written

    explicit Scraped(const std::string& text)
    {
        static const std::regex help("# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)");
        static const std::regex type("# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)");
        static const std::regex sample(
            R"re(([a-zA-Z_:][a-zA-Z0-9_:]*)(\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\.)*",?)+\})? ([0-9.e+-]+|\+Inf))re");
        std::istringstream lines(text);
        std::string current;
        std::string described;
        std::smatch match;
        for (std::string line; std::getline(lines, line);) {
            if (std::regex_match(line, match, help)) {
                described = match[1];
            } else if (std::regex_match(line, match, type)) {
                current = match[1];
                if (current != described || !types.emplace(current, match[2]).second)
                    throw std::runtime_error("described badly: " + line);
            } else if (std::regex_match(line, match, sample)) {
                const std::string name = match[1];
                const bool part = types.at(current) == "histogram" &&
                                  (name == current + "_bucket" || name == current + "_sum" ||
                                   name == current + "_count");
                if (name != current && !part)
                    throw std::runtime_error("not under its metric: " + line);
                const std::string key = line.substr(0, line.rfind(' '));
                if (!values.emplace(key, std::stod(match[5])).second)
                    throw std::runtime_error("twice: " + line);
            } else {
                throw std::runtime_error("not understood: " + line);
            }
        }
        if (!text.ends_with('\n'))
            throw std::runtime_error("does not end with a line's end");
    }
};

WorkerFigures someWorker()
{
    WorkerFigures worker;
    worker.requests.requests = 4;
    worker.requests.outcomes[static_cast<std::size_t>(policy::Protocol::Tls)]
                            [static_cast<std::size_t>(Outcome::Deny)] = 3;
    worker.requests.ends.resize(static_cast<std::size_t>(db::CloseReason::Internal) + 1);
    worker.requests.ends[static_cast<std::size_t>(db::CloseReason::Denied)] = 3;
    worker.requests.bytesFromClients = 1ULL << 60;
    worker.requests.decisions = {.counts = {5, 1, 0, 2}, .sumSeconds = 0.5};
    worker.requests.dials = worker.requests.decisions;
    worker.sessions = 9;
    worker.policyVersion = 3;
    worker.loopLag = std::chrono::milliseconds(2);
    return worker;
}

class Metrics : public testing::Test {
protected:
    Metrics()
    {
        proxied_.workers = {someWorker(), someWorker()};
        proxied_.audit.written = 12;
        auto& sink = proxied_.audit.sinks.emplace_back();
        sink.name = R"(odd "name\)";
        sink.sent = 7;
        proxied_.policy = policy::Policy::compile(policy::PolicyDocument::initial(), 3);
    }

    Proxied proxied_;
    FigureWatch watch_{proxied_.view};
    MetricsPage page_{proxied_.view, watch_, [] { return 2U; },
                      [] { return MetricsPage::OpenTo::Loopback; }};
};

TEST_F(Metrics, CanBeReadByAScraper)
{
    const Scraped page(page_.text());
    const auto value = [&page](const std::string& key) {
        const auto found = page.values.find(key);
        EXPECT_NE(found, page.values.end()) << key;
        return found == page.values.end() ? -1 : found->second;
    };
    EXPECT_EQ(value("sallyport_requests_total"), 8);
    EXPECT_EQ(value(R"(sallyport_request_outcomes_total{protocol="tls",verdict="deny"})"), 6);
    EXPECT_EQ(value(R"(sallyport_session_ends_total{reason="denied"})"), 6);
    EXPECT_EQ(value(R"(sallyport_bytes_total{from="client"})"), 2.0 * (1ULL << 60));
    EXPECT_EQ(value("sallyport_sessions_open"), 18);
    EXPECT_EQ(value(R"(sallyport_worker_loop_lag_seconds{worker="1"})"), 0.002);
    EXPECT_EQ(value(R"(sallyport_sink_records_sent_total{sink="odd \"name\\"})"), 7);
    EXPECT_EQ(value("sallyport_policy_version"), 3);
    EXPECT_EQ(value("sallyport_live_feeds"), 2);
    EXPECT_EQ(value("sallyport_serving"), 1);
    EXPECT_GT(value("sallyport_process_resident_memory_bytes"), 1e6);
    EXPECT_GT(value("sallyport_process_start_time_seconds"), 1.6e9);
    EXPECT_GT(value("sallyport_process_open_files"), 2);
    EXPECT_EQ(page.types.at("sallyport_decision_duration_seconds"), "histogram");
}

TEST_F(Metrics, SumUpTheClassesOfATime)
{
    const Scraped page(page_.text());
    const auto bucket = [&page](const std::string& le) {
        return page.values.at("sallyport_dial_duration_seconds_bucket{le=\"" + le + "\"}");
    };
    EXPECT_EQ(bucket("0.001"), 10);
    EXPECT_EQ(bucket("0.01"), 12);
    EXPECT_EQ(bucket("0.1"), 12);
    EXPECT_EQ(bucket("+Inf"), 16);
    EXPECT_EQ(page.values.at("sallyport_dial_duration_seconds_count"), 16);
    EXPECT_EQ(page.values.at("sallyport_dial_duration_seconds_sum"), 1);
    // What is longer than what a decision can take is not told apart.
    EXPECT_FALSE(page.values.contains("sallyport_decision_duration_seconds_bucket{le=\"0.1\"}"));
}

TEST_F(Metrics, AreThereWhenAWorkerHangs)
{
    proxied_.silent = true;
    proxied_.stage = ServerStage::Draining;
    const Scraped page(page_.text());
    EXPECT_EQ(page.values.at("sallyport_workers_responding"), 0);
    EXPECT_EQ(page.values.at("sallyport_serving"), 0);
}

TEST_F(Metrics, AreForThoseWhoMay)
{
    api::Caller nobody;
    nobody.address = "127.0.0.1";
    EXPECT_EQ(page_.answer(nobody).status, 200U);
    nobody.address = "::1";
    EXPECT_EQ(page_.answer(nobody).status, 200U);
    nobody.address = "192.0.2.1";
    EXPECT_EQ(page_.answer(nobody).status, 401U);
    auto helpDesk = callerWith(api::Role::HelpDesk);
    helpDesk.address = "192.0.2.1";
    EXPECT_EQ(page_.answer(helpDesk).status, 200U);
    const MetricsPage open(
        proxied_.view, watch_, [] { return 0U; }, [] { return MetricsPage::OpenTo::Everybody; });
    EXPECT_EQ(open.answer(nobody).status, 200U);
}

TEST_F(Metrics, HaveEveryNameThatTheDashboardAsksFor)
{
    std::ifstream file(SALLYPORT_SOURCE_DIR "/installers/grafana/sallyport.json");
    const std::string dashboard((std::istreambuf_iterator<char>(file)), {});
    ASSERT_FALSE(dashboard.empty());
    EXPECT_NO_THROW((void)Poco::JSON::Parser().parse(dashboard));
    const Scraped page(page_.text());
    std::set<std::string> asked;
    static const std::regex name("sallyport_[a-z_]+");
    for (std::sregex_iterator match(dashboard.begin(), dashboard.end(), name), last; match != last;
         ++match) {
        auto metric = match->str();
        for (const std::string part : {"_bucket", "_sum", "_count"})
            if (metric.ends_with(part))
                metric.resize(metric.size() - part.size());
        asked.insert(metric);
        EXPECT_TRUE(page.types.contains(metric)) << metric;
    }
    EXPECT_GT(asked.size(), 20U);
}

} // namespace
} // namespace sallyport::admin::live
