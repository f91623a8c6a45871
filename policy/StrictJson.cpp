#include "policy/StrictJson.h"

#include "policy/PolicyDocument.h"

#include <Poco/JSON/ParseHandler.h>
#include <Poco/JSON/Parser.h>

#include <set>
#include <string>
#include <vector>

namespace sallyport::policy {
namespace {

constexpr std::size_t MaxDepth = 16; // a document needs five levels

// Builds the tree as Poco does, and watches the keys go by: in the tree only the last of two would
// be left.
class UniqueKeysHandler : public Poco::JSON::ParseHandler {
public:
    UniqueKeysHandler() : ParseHandler(true) {}

    void startObject() override
    {
        enterItem();
        frames_.push_back({});
        ParseHandler::startObject();
    }

    void endObject() override
    {
        frames_.pop_back();
        ParseHandler::endObject();
    }

    void startArray() override
    {
        enterItem();
        frames_.push_back({});
        ParseHandler::startArray();
    }

    void endArray() override
    {
        frames_.pop_back();
        ParseHandler::endArray();
    }

    void key(const std::string& name) override
    {
        if (!frames_.back().keys.insert(name).second)
            throw PolicyError(place() + "the key \"" + name + "\" appears twice");
        frames_.back().key = name;
        ParseHandler::key(name);
    }

    using ParseHandler::value;
    void value(const std::string& text) override
    {
        if (!frames_.empty() && frames_.back().key == "name")
            frames_.back().name = text;
        ParseHandler::value(text);
    }

private:
    // An object or array that is still open; arrays have items and no key.
    struct Frame {
        std::set<std::string> keys;
        std::string key;
        std::string name;
        std::size_t items = 0;
    };

    void enterItem()
    {
        if (!frames_.empty())
            ++frames_.back().items;
    }

    // "access rule 3 "Chat": when: " for an object in a row of a layer, "defaults: " for others.
    [[nodiscard]] std::string place() const
    {
        constexpr std::size_t RowFrame = 2; // the document, the layer's array, the row
        std::string text;
        auto frame = frames_.begin();
        if (frames_.size() > RowFrame) {
            const auto& row = frames_[RowFrame];
            text = frames_[0].key + " rule " + std::to_string(frames_[1].items);
            text += (row.name.empty() ? "" : " \"" + row.name + '"') + ": ";
            frame += RowFrame;
        }
        for (; frame + 1 < frames_.end(); ++frame)
            text += frame->key + ": ";
        return text;
    }

    std::vector<Frame> frames_;
};

} // namespace

Poco::Dynamic::Var parseStrictJson(std::string_view text)
{
    try {
        Poco::JSON::Parser parser(new UniqueKeysHandler);
        parser.setDepth(MaxDepth);
        return parser.parse(std::string(text));
    } catch (const Poco::Exception& problem) {
        throw PolicyError("this is not a JSON object: " + problem.message());
    }
}

} // namespace sallyport::policy
