#include "admin/audit/RecordFields.h"

#include "db/AuditFields.h"

#include <algorithm>
#include <array>
#include <vector>

namespace sallyport::admin::audit {
namespace {

// A name ending with "*" stands for all that begin so; the first group that names a field has it.
struct Group {
    std::string_view name;
    std::vector<std::string_view> fields;
};
const std::array Groups{
    Group{"session", {"session_id", "node", "listener", "client_*", "user"}},
    Group{"request", {"method", "protocol", "form", "host", "port", "path", "query", "user_agent"}},
    Group{"decision",
          {"verdict", "stage", "rule_*", "policy_version", "inspection", "inspection_profile",
           "status"}},
    Group{"connection", {"destination_ip", "egress_*", "dns_answers", "connect_tries"}},
    Group{"timing", {"timing_*", "duration_ms"}},
    Group{"bytes", {"bytes_*", "sha256_*"}},
    Group{"silence", {"idle_max_ms", "last_byte_*", "silent_first"}},
    Group{"end", {"close_*", "error"}},
    Group{"tls", {"tls_*"}},
    Group{"websocket", {"ws_*"}},
    Group{"inspection", {"inspection_*", "tunnel_*"}},
    Group{"names", {"names_*"}},
    Group{"tcp", {"tcp_*"}}};

// Of single events, and what stands elsewhere in the answer.
constexpr std::array NotOfSession{std::string_view("seq"), std::string_view("event"),
                                  std::string_view("time")};
constexpr std::array ForAuditors{std::string_view("query"), std::string_view("user_agent"),
                                 std::string_view("ws_origin")};

bool holds(const Group& group, std::string_view field)
{
    return std::ranges::any_of(group.fields, [field](std::string_view each) {
        return each.ends_with('*') ? field.starts_with(each.substr(0, each.size() - 1))
                                   : field == each;
    });
}

std::string_view groupOf(std::string_view field)
{
    const auto group =
        std::ranges::find_if(Groups, [field](const Group& each) { return holds(each, field); });
    return group == Groups.end() ? "other" : group->name;
}

struct ValueWriter {
    JsonWriter& json;

    void operator()(std::monostate) const { json.null(); }
    void operator()(std::string_view text) const { json.text(text); }
    void operator()(const std::string& text) const { json.text(text); }
    // What may pass 2^53 is a text.
    void operator()(std::uint64_t number) const
    {
        number < (1ULL << 53) ? json.number(number) : json.text(std::to_string(number));
    }
    void operator()(bool flag) const { json.flag(flag); }
    void operator()(db::Microseconds time) const
    {
        json.decimal(static_cast<double>(time.count) / 1000);
    }
    void operator()(db::Milliseconds time) const
    {
        json.decimal(static_cast<double>(time.count) / 1000);
    }
    void operator()(const db::Texts& texts) const
    {
        json.beginArray();
        for (const auto text : texts)
            json.text(text);
        json.endArray();
    }
};

bool isUnknown(const db::FieldValue& value)
{
    const auto* const text = std::get_if<std::string_view>(&value);
    const auto* const texts = std::get_if<db::Texts>(&value);
    return std::holds_alternative<std::monostate>(value) || (text && text->empty()) ||
           (texts && (texts->empty() || (texts->size() == 1 && texts->front().empty())));
}

template <class Use>
void forEachKnown(const db::AuditRecord& record, const Onlooker& onlooker, Use use)
{
    for (const auto& field : db::auditFields()) {
        if (!field.applies(record) || !onlooker.maySee(field.name))
            continue;
        if (const auto value = field.value(record); !isUnknown(value))
            use(field.name, value);
    }
}

} // namespace

bool Onlooker::maySee(std::string_view field) const
{
    if (field == "user" && users == UserNames::Masked)
        return false;
    return role >= api::Role::Auditor || std::ranges::find(ForAuditors, field) == ForAuditors.end();
}

void writeRecordFields(JsonWriter& json, const db::AuditRecord& record, const Onlooker& onlooker)
{
    json.beginObject();
    forEachKnown(record, onlooker, [&](std::string_view name, const db::FieldValue& value) {
        json.key(name);
        std::visit(ValueWriter{json}, value);
    });
    json.endObject();
}

void writeFieldGroups(JsonWriter& json, const db::AuditRecord& record, const Onlooker& onlooker)
{
    std::vector<std::pair<std::string_view, JsonWriter>> groups;
    for (const auto& group : Groups)
        groups.emplace_back(group.name, JsonWriter().beginArray());
    groups.emplace_back("other", JsonWriter().beginArray());
    std::vector<std::string_view> used;
    forEachKnown(record, onlooker, [&](std::string_view name, const db::FieldValue& value) {
        if (std::ranges::find(NotOfSession, name) != NotOfSession.end())
            return;
        const auto group =
            std::ranges::find(groups, groupOf(name), [](const auto& each) { return each.first; });
        used.push_back(group->first);
        auto& fields = group->second;
        fields.beginObject().key("name").text(name).key("value");
        std::visit(ValueWriter{fields}, value);
        fields.endObject();
    });
    json.beginArray();
    for (auto& [name, fields] : groups)
        if (std::ranges::find(used, name) != used.end())
            json.beginObject()
                .key("name")
                .text(name)
                .key("fields")
                .raw(fields.endArray().take())
                .endObject();
    json.endArray();
}

} // namespace sallyport::admin::audit
