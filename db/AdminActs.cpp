#include "db/AdminActs.h"

#include "db/OpenAuditFiles.h"

#include <algorithm>
#include <limits>

namespace sallyport::db {
namespace {

constexpr std::string_view OlderFirstIn =
    "SELECT seq, time, who, source, action, object, before, after, note FROM admin "
    "WHERE seq > ?1 ORDER BY seq";
constexpr std::string_view NewerFirstIn =
    "SELECT seq, time, who, source, action, object, before, after, note FROM admin "
    "WHERE seq < ?1 ORDER BY seq DESC";

AdminActs::Found foundIn(const Statement& row)
{
    enum Column : int { Seq, Time, Who, Source, Action, Object, Before, After, Note };
    AdminActs::Found found;
    found.seq = static_cast<std::uint64_t>(row.integer(Seq));
    found.act.time = auditTime(row.integer(Time));
    found.act.who = row.text(Who);
    found.act.source = row.text(Source);
    found.act.action = row.text(Action);
    found.act.object = row.text(Object);
    found.act.before = row.text(Before);
    found.act.after = row.text(After);
    found.act.note = row.text(Note);
    return found;
}

bool isOneOf(const std::vector<std::string>& wanted, const std::string& text)
{
    return wanted.empty() || std::ranges::any_of(wanted, [&text](const std::string& each) {
               return matchesPattern(each, text);
           });
}

bool matches(const ActFilter& filter, const AdminAct& act)
{
    return (!filter.period.since || act.time >= *filter.period.since) &&
           (!filter.period.until || act.time < *filter.period.until) &&
           isOneOf(filter.who, act.who) && isOneOf(filter.actions, act.action) &&
           (filter.objectText.empty() || matchesPattern('*' + filter.objectText + '*', act.object));
}

// One more than the limit is looked for, to know whether there are others.
AdminActs::Page cut(std::vector<AdminActs::Found> found, std::size_t limit)
{
    AdminActs::Page page;
    if (found.size() > limit) {
        page.older = AdminActs::Page::Older::There;
        found.resize(limit);
    }
    page.acts = std::move(found);
    return page;
}

void addFrom(OpenAuditFile& file, std::string_view query, std::int64_t seq, const ActFilter& filter,
             std::size_t most, std::vector<AdminActs::Found>& found)
{
    Statement& row = file.prepared(query);
    row.bind(1, seq);
    while (found.size() < most && row.step())
        if (auto one = foundIn(row); matches(filter, one.act))
            found.push_back(std::move(one));
    row.reset();
}

} // namespace

AdminActs::AdminActs(const std::filesystem::path& folder)
    : files_(std::make_unique<OpenAuditFiles>(folder))
{}

AdminActs::~AdminActs() = default;

AdminActs::Page AdminActs::before(std::optional<std::uint64_t> before, const ActFilter& filter,
                                  std::size_t limit)
{
    const auto seq =
        before ? static_cast<std::int64_t>(*before) : std::numeric_limits<std::int64_t>::max();
    std::vector<Found> found;
    const std::vector<AuditFile> list = files_->list();
    for (auto each = list.rbegin(); each != list.rend() && found.size() <= limit; ++each)
        if (const auto file = static_cast<std::int64_t>(each->firstSeq) < seq &&
                                      filter.period.meets(each->firstTime, each->lastTime)
                                  ? files_->open(*each)
                                  : nullptr)
            addFrom(*file, NewerFirstIn, seq, filter, limit + 1, found);
    return cut(std::move(found), limit);
}

AdminActs::Page AdminActs::after(std::uint64_t after, const ActFilter& filter, std::size_t limit)
{
    std::vector<Found> found;
    const std::vector<AuditFile> list = files_->list();
    for (const AuditFile& each : list)
        if (const auto file = each.lastSeq > after && found.size() < limit &&
                                      filter.period.meets(each.firstTime, each.lastTime)
                                  ? files_->open(each)
                                  : nullptr)
            addFrom(*file, OlderFirstIn, static_cast<std::int64_t>(after), filter, limit, found);
    std::ranges::reverse(found);
    Page page;
    page.acts = std::move(found);
    page.older = Page::Older::There; // at least the one it goes by
    return page;
}

} // namespace sallyport::db
