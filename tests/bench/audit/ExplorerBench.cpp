// ExplorerBench: how long the audit explorer's requests take on a large log.
//
// bench-audit-explorer DATA-DIR [ROUNDS [ONLY]]: asks the API, through its router, what the page
// asks: rows with and without filters, histogram and facets of a day and of everything, one
// session; says the first answer's time, median and p95, and the median of CPU time, which others
// on the machine disturb less; of answers that are not from the whole period, how much they are
// from. DATA-DIR/audit is as bench-audit-search makes it. ONLY: questions with this in their name.
#include "admin/audit/AuditPages.h"

#include <Poco/JSON/Parser.h>
#include <Poco/URI.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

using namespace sallyport;

namespace {

class Explorer {
public:
    explicit Explorer(const std::filesystem::path& folder)
        : trail_(folder),
          pages_({.dataDirectory = folder, .privacy = {}, .find = {}}, jobs_, trail_)
    {
        pages_.addTo(router_);
    }

    std::string get(const std::string& target)
    {
        const Poco::URI uri(target);
        admin::api::Call call({.method = "GET",
                               .path = target.substr(0, target.find('?')),
                               .query = uri.getQueryParameters(),
                               .fields = {},
                               .body = nullptr,
                               .bodyBytes = 0,
                               .caller = {.way = admin::api::Caller::Way::Session,
                                          .account = "1",
                                          .name = "bench",
                                          .session = "1",
                                          .role = admin::api::Role::Admin,
                                          .address = "127.0.0.1",
                                          .csrf = ""},
                               .traceId = "-"});
        auto answer = router_.answer(call);
        if (answer.status != 200) {
            std::fprintf(stderr, "%s: %u %s\n", target.c_str(), answer.status, answer.body.c_str());
            std::exit(1);
        }
        return std::move(answer.body);
    }

private:
    admin::api::Jobs jobs_;
    admin::api::Trail trail_;
    admin::api::Router router_;
    admin::audit::AuditPages pages_;
};

double milliseconds(clockid_t clock)
{
    timespec now{};
    ::clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

double at(std::vector<double> times, double share)
{
    std::ranges::sort(times);
    return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
}

// "" when it is all of it.
std::string shareIn(const std::string& answer)
{
    constexpr std::string_view Key = R"("fraction":)";
    const auto place = answer.find(Key);
    if (place == std::string::npos)
        return "";
    const double share = std::strtod(answer.c_str() + place + Key.size(), nullptr);
    return share < 1 ? "  of " + std::to_string(static_cast<int>(share * 100)) + " %" : "";
}

void measure(Explorer& explorer, const char* name, const std::string& target, int rounds)
{
    std::vector<double> wall;
    std::vector<double> cpu;
    std::string first;
    std::string last;
    for (int i = 0; i < rounds; ++i) {
        const double began = milliseconds(CLOCK_MONOTONIC);
        const double cpuBegan = milliseconds(CLOCK_THREAD_CPUTIME_ID);
        last = explorer.get(target);
        cpu.push_back(milliseconds(CLOCK_THREAD_CPUTIME_ID) - cpuBegan);
        wall.push_back(milliseconds(CLOCK_MONOTONIC) - began);
        first = i == 0 ? shareIn(last) : first;
    }
    std::printf("%-32s first %7.2f%s  median %7.2f  p95 %7.2f  CPU %7.2f ms%s  %zu bytes\n", name,
                wall.front(), first.c_str(), at(wall, 0.5), at(wall, 0.95), at(cpu, 0.5),
                shareIn(last).c_str(), last.size());
    std::fflush(stdout);
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 2) {
        std::fprintf(stderr, "usage: bench-audit-explorer DATA-DIR [ROUNDS [ONLY]]\n");
        return 2;
    }
    Explorer explorer(argv[1]);
    const int rounds = argc > 2 ? std::atoi(argv[2]) : 50;
    const auto page = Poco::JSON::Parser()
                          .parse(explorer.get("/audit/sessions?limit=1"))
                          .extract<Poco::JSON::Object::Ptr>();
    const auto newest = page->getArray("items")->getObject(0);
    const auto to = newest->getValue<std::string>("time");
    const auto day = std::chrono::floor<std::chrono::days>(*admin::api::timeFrom(to));
    const auto from = "from=" + admin::api::timeText(admin::api::WallClock::time_point(day));
    const auto id = newest->getValue<std::string>("id");

    const std::string only = argc > 3 ? argv[3] : "";
    const auto ask = [&](const char* name, const std::string& target) {
        if (std::string_view(name).contains(only))
            measure(explorer, name, target, rounds);
    };
    ask("rows", "/audit/sessions?limit=100");
    ask("rows of the newest day, 500", "/audit/sessions?limit=500&" + from);
    ask("rows, denied", "/audit/sessions?verdict=deny");
    ask("rows, failed (none)", "/audit/sessions?verdict=error");
    ask("rows, not one user", "/audit/sessions?user=!user-0");
    ask("rows, text in the host", "/audit/sessions?q=host-77");
    ask("rows, many bytes", "/audit/sessions?q=rx:%3E1GiB");
    ask("rows, rare text in the host", "/audit/sessions?q=host-7777.");
    ask("rows, text in no host", "/audit/sessions?q=nowhere");
    ask("one session", "/audit/sessions/" + id);
    ask("histogram, newest day", "/audit/histogram?" + from);
    ask("histogram, all", "/audit/histogram");
    ask("histogram, denied", "/audit/histogram?verdict=deny");
    ask("histogram, one user", "/audit/histogram?user=user-3");
    ask("histogram, text in the host", "/audit/histogram?q=host-77");
    ask("histogram, many bytes", "/audit/histogram?q=rx:%3E400KiB");
    ask("facets, newest day", "/audit/facets?" + from);
    ask("facets, all", "/audit/facets");
    ask("facets, denied and one user", "/audit/facets?verdict=deny&user=user-3");
    ask("values of host, for completion", "/audit/facet-values?field=host&prefix=host-12");
    ask("find", "/find?q=host-12");
}
