#include "policy/StrictJson.h"

#include "policy/PolicyError.h"

#include <Poco/JSON/Handler.h>
#include <Poco/JSON/Parser.h>
#include <Poco/SharedPtr.h>
#include <Poco/UTF8Encoding.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace sallyport::policy {
namespace {

constexpr std::size_t MaxDepth = 16; // a document needs six levels
// A real document has one in 15 bytes; "[0,0,…" would take forty times its length as a tree.
constexpr std::size_t MaxValues = 2'000'000;

using Bytes = const unsigned char*;

// How many bytes the character that starts with `lead` has; 0: none does (RFC 3629 §3).
std::size_t characterLength(unsigned char lead)
{
    if (lead < 0x80)
        return 1;
    if (lead < 0xc2 || lead > 0xf4)
        return 0;
    return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

// Poco's parser takes the byte 0xff for the end of the text.
void requireUtf8(std::string_view text)
{
    for (std::size_t at = 0; at < text.size();) {
        const auto length = characterLength(static_cast<unsigned char>(text[at]));
        const auto isLegal =
            length == 1 || (length != 0 && length <= text.size() - at &&
                            Poco::UTF8Encoding::isLegal(reinterpret_cast<Bytes>(text.data() + at),
                                                        static_cast<int>(length)));
        if (!isLegal)
            failPolicy("line " + std::to_string(std::ranges::count(text.substr(0, at), '\n') + 1) +
                       " has bytes that are not UTF-8");
        at += length;
    }
}

template <class Number>
JsonNumber numberOf(Number value)
{
    std::array<char, 32> room;
    const auto written = std::to_chars(room.data(), room.data() + room.size(), value);
    return {std::string(room.data(), written.ptr)};
}

// Poco's own tree of reference-counted values takes five times as long to build.
class TreeBuilder : public Poco::JSON::Handler {
public:
    void reset() override {}
    void startObject() override { open_.push_back(&add(JsonObject())); }
    void startArray() override { open_.push_back(&add(JsonArray())); }
    void endArray() override { open_.pop_back(); }

    void endObject() override
    {
        refuseRepeatedKey(std::get<JsonObject>(open_.back()->content));
        open_.pop_back();
    }

    void key(const std::string& name) override
    {
        std::get<JsonObject>(open_.back()->content).push_back({name, {}});
    }

    void null() override { add(std::monostate()); }
    void value(int number) override { add(numberOf(number)); }
    void value(unsigned number) override { add(numberOf(number)); }
    void value(Poco::Int64 number) override { add(numberOf(number)); }
    void value(Poco::UInt64 number) override { add(numberOf(number)); }
    void value(double number) override { add(numberOf(number)); }
    void value(bool flag) override { add(flag); }
    void value(const std::string& text) override { add(text); }

    [[nodiscard]] JsonValue takeRoot() { return std::move(root_); }

    // `access rule 3 "Chat": when: ` for an object in a row, "defaults: " for others.
    [[nodiscard]] std::string place() const
    {
        std::string text;
        std::size_t from = 0;
        if (open_.size() > 2 && open_[0]->as<JsonObject>() != nullptr &&
            open_[1]->as<JsonArray>() != nullptr) {
            text = rowText();
            from = 2;
        }
        for (; from + 1 < open_.size(); ++from)
            if (const auto* object = open_[from]->as<JsonObject>())
                text += object->back().key + ": ";
        return text;
    }

private:
    template <class Content>
    JsonValue& add(Content&& content)
    {
        if (++values_ > MaxValues)
            failPolicy("this document has more than " + std::to_string(MaxValues) + " values");
        auto& value = nextValue();
        value.content = std::forward<Content>(content);
        return value;
    }

    JsonValue& nextValue()
    {
        if (open_.empty())
            return root_;
        if (auto* array = std::get_if<JsonArray>(&open_.back()->content))
            return array->emplace_back();
        return std::get<JsonObject>(open_.back()->content).back().value;
    }

    void refuseRepeatedKey(const JsonObject& object)
    {
        keys_.clear();
        for (const auto& member : object)
            keys_.emplace_back(member.key);
        std::ranges::sort(keys_);
        if (const auto twice = std::ranges::adjacent_find(keys_); twice != keys_.end())
            failPolicy(place() + "the key \"" + std::string(*twice) + "\" appears twice");
    }

    [[nodiscard]] std::string rowText() const
    {
        const auto& layer = std::get<JsonObject>(open_[0]->content).back().key;
        const auto position = std::get<JsonArray>(open_[1]->content).size();
        auto text = (layer == "tests" ? "test " : layer + " rule ") + std::to_string(position);
        const auto* row = open_[2]->as<JsonObject>();
        const auto* name = row == nullptr ? nullptr : findMember(*row, "name");
        if (name != nullptr && name->as<std::string>() != nullptr)
            text += " \"" + *name->as<std::string>() + '"';
        return text + ": ";
    }

    JsonValue root_;
    // Each is the last element of the one before, which does not grow while it is open.
    std::vector<JsonValue*> open_;
    std::vector<std::string_view> keys_; // of one object
    std::size_t values_ = 0;
};

} // namespace

JsonValue parseStrictJson(std::string_view text)
{
    if (text.size() > MaxDocumentBytes)
        failPolicy("this document has " + std::to_string(text.size()) +
                   " bytes; expected at most " + std::to_string(MaxDocumentBytes));
    requireUtf8(text);
    Poco::SharedPtr<TreeBuilder> tree(new TreeBuilder);
    try {
        Poco::JSON::Parser parser(tree);
        parser.setDepth(MaxDepth);
        parser.parse(std::string(text));
    } catch (const Poco::Exception& problem) {
        failPolicy(tree->place() + "this is not a JSON object: " + problem.message());
    }
    return tree->takeRoot();
}

const JsonValue* findMember(const JsonObject& object, std::string_view key)
{
    const auto member = std::ranges::find(object, key, &JsonMember::key);
    return member == object.end() ? nullptr : &member->value;
}

} // namespace sallyport::policy
