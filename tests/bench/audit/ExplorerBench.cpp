// ExplorerBench: how long the audit explorer's requests take on a large log.
//
// bench-audit-explorer DATA-DIR [ROUNDS]: asks the API, through its router, what the page asks:
// rows with and without filters, histogram and facets of a day and of everything, one session; says
// median, p95 and largest. DATA-DIR/audit is as bench-audit-search makes it.
#include "admin/audit/AuditPages.h"

#include <Poco/JSON/Parser.h>
#include <Poco/URI.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
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

void measure(Explorer& explorer, const char* name, const std::string& target, int rounds)
{
    std::vector<double> times;
    std::string last;
    for (int i = 0; i < rounds; ++i) {
        const auto began = std::chrono::steady_clock::now();
        last = explorer.get(target);
        times.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began)
                .count());
    }
    std::ranges::sort(times);
    const auto at = [&](double share) {
        return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
    };
    std::printf("%-44s least %7.2f  median %7.2f  p95 %7.2f  max %7.2f ms  %zu bytes\n", name,
                times.front(), at(0.5), at(0.95), times.back(), last.size());
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 2) {
        std::fprintf(stderr, "usage: bench-audit-explorer DATA-DIR [ROUNDS]\n");
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

    measure(explorer, "rows", "/audit/sessions?limit=100", rounds);
    measure(explorer, "rows of the newest day, 500", "/audit/sessions?limit=500&" + from, rounds);
    measure(explorer, "rows, denied", "/audit/sessions?verdict=deny", rounds);
    measure(explorer, "rows, failed (none)", "/audit/sessions?verdict=error", rounds);
    measure(explorer, "rows, not one user", "/audit/sessions?user=!user-0", rounds);
    measure(explorer, "rows, text in the host", "/audit/sessions?q=host-77", rounds);
    measure(explorer, "rows, many bytes", "/audit/sessions?q=rx:%3E1GiB", rounds);
    measure(explorer, "one session", "/audit/sessions/" + id, rounds);
    measure(explorer, "histogram, newest day", "/audit/histogram?" + from, rounds);
    measure(explorer, "histogram, all", "/audit/histogram", rounds);
    measure(explorer, "histogram, denied", "/audit/histogram?verdict=deny", rounds);
    measure(explorer, "histogram, one user", "/audit/histogram?user=user-3", rounds);
    measure(explorer, "facets, newest day", "/audit/facets?" + from, rounds);
    measure(explorer, "facets, all", "/audit/facets", rounds);
    measure(explorer, "facets, denied and one user", "/audit/facets?verdict=deny&user=user-3",
            rounds);
    measure(explorer, "values of host, for completion",
            "/audit/facet-values?field=host&prefix=host-12", rounds);
    measure(explorer, "find", "/find?q=host-12", rounds);
}
