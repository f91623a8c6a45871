#include "policy/PolicyDifference.h"

#include "policy/PolicyError.h"
#include "policy/Quoted.h"
#include "policy/Rule.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/ParseHandler.h>
#include <Poco/JSON/Parser.h>
#include <Poco/JSON/Stringifier.h>

#include <algorithm>
#include <sstream>
#include <unordered_map>
#include <utility>

namespace sallyport::policy {
namespace {

constexpr std::string_view CasesKey = "tests";
constexpr std::string_view ProfilesKey = "profiles";
constexpr std::string_view FormatKey = "format";

using Poco::Dynamic::Var;
using ObjectPtr = Poco::JSON::Object::Ptr;
using ArrayPtr = Poco::JSON::Array::Ptr;

/// Names and JSON texts, in the order of the document.
using Fields = std::vector<std::pair<std::string, std::string>>;

// One of the objects that a document has a row of: a rule, a profile, a case.
struct Item {
    std::string key; // by which it is known again
    std::string name;
    Fields fields;
};

// Objects keep the order of their keys.
Var parsed(const std::string& json)
{
    return Poco::JSON::Parser(new Poco::JSON::ParseHandler(true)).parse(json);
}

ObjectPtr documentIn(std::string_view json)
{
    try {
        return parsed(std::string(json)).extract<ObjectPtr>();
    } catch (const Poco::Exception& error) {
        throw PolicyError("no policy document: " + error.displayText());
    }
}

std::string jsonText(const Var& value)
{
    std::ostringstream text;
    Poco::JSON::Stringifier::stringify(value, text);
    return text.str();
}

Var jsonOf(const std::string& text)
{
    if (text.empty())
        return {};
    return parsed('[' + text + ']').extract<ArrayPtr>()->get(0);
}

void collectFields(const std::string& name, const Var& value, Fields& fields);

// Objects with names, as a profile has its checks, are taken apart as well, behind a list of the
// names; other arrays are a field's value.
bool collectNamed(const std::string& name, const Var& value, Fields& fields)
{
    if (value.type() != typeid(ArrayPtr))
        return false;
    const ArrayPtr& array = value.extract<ArrayPtr>();
    Poco::JSON::Array names;
    for (unsigned index = 0; index < array->size(); ++index) {
        const ObjectPtr each = array->getObject(index);
        if (each.isNull() || !each->has("name"))
            return false;
        names.add(each->get("name"));
    }
    fields.emplace_back(name, jsonText(names));
    for (unsigned index = 0; index < array->size(); ++index) {
        const ObjectPtr each = array->getObject(index);
        const auto eachName = name + '[' + each->get("name").toString() + ']';
        for (const std::string& key : each->getNames())
            if (key != "name")
                collectFields(eachName + '.' + key, each->get(key), fields);
    }
    return true;
}

// Objects are taken apart: "when": {"port": [443]} is the field "when.port".
void collectFields(const std::string& name, const Var& value, Fields& fields)
{
    if (collectNamed(name, value, fields))
        return;
    if (value.type() != typeid(ObjectPtr)) {
        fields.emplace_back(name, jsonText(value));
        return;
    }
    const ObjectPtr& object = value.extract<ObjectPtr>();
    for (const std::string& key : object->getNames()) // in their order, which begin() has not
        collectFields(name.empty() ? key : name + '.' + key, object->get(key), fields);
}

// `keyName` is the member whose value is the key; should two items have the same, they are known by
// their order.
std::vector<Item> itemsIn(const ObjectPtr& document, std::string_view member, const char* keyName)
{
    std::vector<Item> items;
    const ArrayPtr rows = document->getArray(std::string(member));
    if (rows.isNull())
        return items;
    std::unordered_map<std::string, int> seen;
    for (std::size_t index = 0; index < rows->size(); ++index) {
        const ObjectPtr row = rows->getObject(static_cast<unsigned>(index));
        Item item;
        item.key = row->optValue<std::string>(keyName, "");
        item.name = row->optValue<std::string>("name", "");
        collectFields("", row, item.fields);
        std::erase_if(item.fields, [&](const auto& field) { return field.first == keyName; });
        if (const int earlier = seen[item.key]++; earlier != 0)
            item.key += '\n' + std::to_string(earlier);
        items.push_back(std::move(item));
    }
    return items;
}

std::vector<FieldChange> fieldChanges(const Fields& before, const Fields& after)
{
    const auto textIn = [](const Fields& fields, const std::string& name) {
        const auto found = std::ranges::find(fields, name, &Fields::value_type::first);
        return found != fields.end() ? found->second : std::string();
    };
    std::vector<FieldChange> changes;
    for (const auto& [name, text] : before)
        if (std::string now = textIn(after, name); now != text)
            changes.push_back({name, text, std::move(now)});
    for (const auto& [name, text] : after)
        if (textIn(before, name).empty())
            changes.push_back({name, "", text});
    return changes;
}

std::unordered_map<std::string, std::size_t> indexesByKey(const std::vector<Item>& items)
{
    std::unordered_map<std::string, std::size_t> indexes;
    for (std::size_t index = 0; index < items.size(); ++index)
        indexes.emplace(items[index].key, index);
    return indexes;
}

// Which of the numbers, all different, make up a longest rising sequence: the rows that can be said
// to have stayed where they are. Patience sorting.
std::vector<bool> longestRising(const std::vector<std::size_t>& numbers)
{
    constexpr auto None = static_cast<std::size_t>(-1);
    std::vector<std::size_t> ends; // ends[n]: index of the lowest end of a sequence of n + 1
    std::vector<std::size_t> previous(numbers.size(), None);
    for (std::size_t index = 0; index < numbers.size(); ++index) {
        const auto place = std::ranges::lower_bound(ends, numbers[index], {},
                                                    [&](std::size_t end) { return numbers[end]; });
        if (place != ends.begin())
            previous[index] = *std::prev(place);
        if (place == ends.end())
            ends.push_back(index);
        else
            *place = index;
    }
    std::vector<bool> rising(numbers.size(), false);
    for (std::size_t index = ends.empty() ? None : ends.back(); index != None;
         index = previous[index])
        rising[index] = true;
    return rising;
}

void addRowChanges(std::string_view layer, const std::vector<Item>& before,
                   const std::vector<Item>& after, std::vector<RowChange>& changes)
{
    const auto oldIndexes = indexesByKey(before);
    const auto newIndexes = indexesByKey(after);
    for (std::size_t index = 0; index < before.size(); ++index) {
        if (newIndexes.contains(before[index].key))
            continue;
        RowChange& change = changes.emplace_back();
        change.kind = ChangeKind::Removed;
        change.layer = layer;
        change.id = before[index].key;
        change.name = before[index].name;
        change.before = index + 1;
    }

    std::vector<std::size_t> keptIndexes; // in `before`, in the new order
    for (const Item& item : after)
        if (const auto old = oldIndexes.find(item.key); old != oldIndexes.end())
            keptIndexes.push_back(old->second);
    const std::vector<bool> stayed = longestRising(keptIndexes);

    std::size_t kept = 0;
    for (std::size_t index = 0; index < after.size(); ++index) {
        RowChange change;
        change.layer = layer;
        change.id = after[index].key;
        change.name = after[index].name;
        change.after = index + 1;
        if (const auto old = oldIndexes.find(change.id); old != oldIndexes.end()) {
            change.before = old->second + 1;
            change.place = stayed[kept++] ? RowChange::Place::Same : RowChange::Place::Moved;
            change.fields = fieldChanges(before[old->second].fields, after[index].fields);
            if (change.fields.empty() && change.place == RowChange::Place::Same)
                continue;
        } else {
            change.kind = ChangeKind::Added;
            change.fields = fieldChanges({}, after[index].fields);
        }
        changes.push_back(std::move(change));
    }
}

std::vector<NamedChange> namedChanges(const std::vector<Item>& before,
                                      const std::vector<Item>& after)
{
    std::vector<NamedChange> changes;
    const auto oldIndexes = indexesByKey(before);
    const auto newIndexes = indexesByKey(after);
    for (const Item& item : before)
        if (!newIndexes.contains(item.key))
            changes.push_back({ChangeKind::Removed, item.name, {}});
    for (const Item& item : after) {
        const auto old = oldIndexes.find(item.key);
        auto fields = fieldChanges(old != oldIndexes.end() ? before[old->second].fields : Fields{},
                                   item.fields);
        if (old == oldIndexes.end())
            changes.push_back({ChangeKind::Added, item.name, std::move(fields)});
        else if (!fields.empty())
            changes.push_back({ChangeKind::Kept, item.name, std::move(fields)});
    }
    return changes;
}

bool isLayer(std::string_view key)
{
    return std::ranges::find(AllLayers, key, layerName) != AllLayers.end();
}

Fields settingsIn(const ObjectPtr& document)
{
    Fields settings;
    for (const std::string& key : document->getNames())
        if (key != FormatKey && key != CasesKey && key != ProfilesKey && !isLayer(key))
            collectFields(key, document->get(key), settings);
    return settings;
}

std::vector<ListChange> listChanges(const ListHashes& before, const ListHashes& after)
{
    const auto hashIn = [](const ListHashes& lists, const std::string& name) {
        const auto found = lists.find(name);
        return found != lists.end() ? found->second : std::string();
    };
    ListHashes both = before;
    both.insert(after.begin(), after.end());
    std::vector<ListChange> changes;
    for (const auto& [name, hash] : both)
        if (hashIn(before, name) != hashIn(after, name))
            changes.push_back({name, hashIn(before, name), hashIn(after, name)});
    return changes;
}

std::string_view kindName(ChangeKind kind)
{
    switch (kind) {
    case ChangeKind::Added:
        return "added";
    case ChangeKind::Removed:
        return "removed";
    case ChangeKind::Kept:
        break;
    }
    return "changed";
}

std::string rowWords(const RowChange& change)
{
    if (change.kind != ChangeKind::Kept)
        return std::string(kindName(change.kind));
    if (change.place == RowChange::Place::Same)
        return "changed";
    return "moved, was rule " + std::to_string(change.before) +
           (change.fields.empty() ? "" : "; changed");
}

std::string fieldLine(const FieldChange& change, ChangeKind kind)
{
    if (kind == ChangeKind::Added)
        return change.field + ": " + change.after;
    return change.field + ": " + (change.before.empty() ? "none" : change.before) + " -> " +
           (change.after.empty() ? "none" : change.after);
}

void addFieldLines(const std::vector<FieldChange>& fields, ChangeKind kind,
                   std::vector<std::string>& lines)
{
    for (const FieldChange& field : fields)
        lines.push_back("    " + fieldLine(field, kind));
}

void addNamedLines(const std::string& what, const std::vector<NamedChange>& changes,
                   std::vector<std::string>& lines)
{
    for (const NamedChange& change : changes) {
        lines.push_back(what + ' ' + quoted(change.name) + ": " +
                        std::string(kindName(change.kind)));
        addFieldLines(change.fields, change.kind, lines);
    }
}

std::string listWords(const ListChange& change)
{
    if (change.before.empty())
        return "is used now";
    return change.after.empty() ? "is used no more" : "has other entries";
}

Poco::JSON::Object orderedObject()
{
    return Poco::JSON::Object(Poco::JSON_PRESERVE_KEY_ORDER);
}

Poco::JSON::Array fieldsJson(const std::vector<FieldChange>& fields)
{
    Poco::JSON::Array json;
    for (const FieldChange& field : fields) {
        Poco::JSON::Object one = orderedObject();
        one.set("field", field.field);
        one.set("before", jsonOf(field.before));
        one.set("after", jsonOf(field.after));
        json.add(one);
    }
    return json;
}

Poco::JSON::Array namedJson(const std::vector<NamedChange>& changes)
{
    Poco::JSON::Array json;
    for (const NamedChange& change : changes) {
        Poco::JSON::Object one = orderedObject();
        one.set("name", change.name);
        one.set("change", std::string(kindName(change.kind)));
        one.set("fields", fieldsJson(change.fields));
        json.add(one);
    }
    return json;
}

// A place or a hash; null where there is none.
template <class Value>
Var orNull(const Value& value)
{
    return value == Value() ? Var() : Var(value);
}

} // namespace

PolicyDifference differenceOf(std::string_view before, std::string_view after,
                              const ListHashes& listsBefore, const ListHashes& listsAfter)
{
    const auto old = documentIn(before);
    const auto now = documentIn(after);
    PolicyDifference difference;
    for (const Layer layer : AllLayers)
        addRowChanges(layerName(layer), itemsIn(old, layerName(layer), "id"),
                      itemsIn(now, layerName(layer), "id"), difference.rows);
    difference.profiles =
        namedChanges(itemsIn(old, ProfilesKey, "name"), itemsIn(now, ProfilesKey, "name"));
    difference.cases = namedChanges(itemsIn(old, CasesKey, "name"), itemsIn(now, CasesKey, "name"));
    difference.settings = fieldChanges(settingsIn(old), settingsIn(now));
    difference.lists = listChanges(listsBefore, listsAfter);
    return difference;
}

std::vector<std::string> differenceLines(const PolicyDifference& difference)
{
    std::vector<std::string> lines;
    for (const RowChange& change : difference.rows) {
        const std::size_t place = change.kind == ChangeKind::Removed ? change.before : change.after;
        lines.push_back(change.layer + " rule " + std::to_string(place) + ' ' +
                        quoted(change.name) + ": " + rowWords(change));
        addFieldLines(change.fields, change.kind, lines);
    }
    addNamedLines("profile", difference.profiles, lines);
    addNamedLines("test", difference.cases, lines);
    for (const FieldChange& change : difference.settings)
        lines.push_back(fieldLine(change, ChangeKind::Kept));
    for (const ListChange& change : difference.lists)
        lines.push_back("list " + quoted(change.name) + ' ' + listWords(change));
    return lines;
}

Poco::JSON::Object differenceJson(const PolicyDifference& difference)
{
    Poco::JSON::Array rows;
    for (const RowChange& change : difference.rows) {
        Poco::JSON::Object row = orderedObject();
        row.set("layer", change.layer);
        row.set("id", change.id);
        row.set("name", change.name);
        row.set("change", std::string(kindName(change.kind)));
        row.set("before", orNull(change.before));
        row.set("after", orNull(change.after));
        row.set("moved", change.place == RowChange::Place::Moved);
        row.set("fields", fieldsJson(change.fields));
        rows.add(row);
    }
    Poco::JSON::Array lists;
    for (const ListChange& change : difference.lists) {
        Poco::JSON::Object one = orderedObject();
        one.set("name", change.name);
        one.set("before", orNull(change.before));
        one.set("after", orNull(change.after));
        lists.add(one);
    }
    Poco::JSON::Object json = orderedObject();
    json.set("rows", rows);
    json.set("profiles", namedJson(difference.profiles));
    json.set("tests", namedJson(difference.cases));
    json.set("settings", fieldsJson(difference.settings));
    json.set("lists", lists);
    return json;
}

} // namespace sallyport::policy
