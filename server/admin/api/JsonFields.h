// JsonFields: reads the members of a JSON object with the errors told field by field (RFC 6901
// pointers), all of them at once.
//
// What is wrong is noted, and a harmless value given instead; call throwIfWrong() of the outermost
// object before anything is done with what was read.
#pragma once

#include "admin/api/ApiError.h"

#include <Poco/JSON/Object.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::admin::api {

/// In bytes.
struct TextSize {
    std::size_t least = 1;
    std::size_t most = 1000;
};

class JsonFields {
public:
    explicit JsonFields(Poco::JSON::Object::Ptr object);

    [[nodiscard]] bool has(const std::string& name) const; ///< also null
    [[nodiscard]] bool isNull(const std::string& name) const;

    // Required ones note "required" when they are missing or null; optional ones give nothing then.
    [[nodiscard]] std::string text(const std::string& name, TextSize size = {});
    [[nodiscard]] std::optional<std::string> optionalText(const std::string& name,
                                                          TextSize size = {.least = 0});
    [[nodiscard]] std::int64_t integer(const std::string& name, std::int64_t least,
                                       std::int64_t most);
    [[nodiscard]] std::optional<std::int64_t>
    optionalInteger(const std::string& name, std::int64_t least, std::int64_t most);
    [[nodiscard]] std::optional<bool> optionalFlag(const std::string& name);
    /// One of `words`; the position of it.
    [[nodiscard]] std::size_t choice(const std::string& name,
                                     std::span<const std::string_view> words);
    [[nodiscard]] std::optional<std::size_t>
    optionalChoice(const std::string& name, std::span<const std::string_view> words);
    /// An array of texts; missing: empty.
    [[nodiscard]] std::vector<std::string> texts(const std::string& name, std::size_t mostItems,
                                                 TextSize each = {});
    /// The object there; missing: nothing.
    [[nodiscard]] std::optional<JsonFields> object(const std::string& name);
    /// An array of objects; missing: empty.
    [[nodiscard]] std::vector<JsonFields> objects(const std::string& name, std::size_t mostItems);

    /// Notes an error at a member; an empty name: at this object itself.
    void wrong(const std::string& name, std::string code, std::string detail);
    /// Notes an error at an item of an array, counted from 0.
    void wrongItem(const std::string& name, std::size_t item, std::string code, std::string detail);
    /// Notes each member that nothing above asked for.
    void refuseOthers();
    /// Throws ApiError (Validation) if anything was noted in the whole body.
    void throwIfWrong() const;

    [[nodiscard]] const Poco::JSON::Object& raw() const { return *object_; }
    /// Where it stands in the body: "", "/when".
    [[nodiscard]] const std::string& pointer() const { return pointer_; }

private:
    using Errors = std::shared_ptr<std::vector<FieldError>>;

    JsonFields(Poco::JSON::Object::Ptr object, std::string pointer, Errors errors);
    [[nodiscard]] std::string pointerTo(const std::string& name) const;
    [[nodiscard]] bool isThere(const std::string& name);
    [[nodiscard]] bool isRequiredThere(const std::string& name);
    void note(std::string pointer, std::string code, std::string detail);
    [[nodiscard]] std::optional<std::string> textAt(const Poco::Dynamic::Var& value,
                                                    const std::string& pointer, TextSize size);

    Poco::JSON::Object::Ptr object_;
    std::string pointer_;
    Errors errors_;
    std::set<std::string> asked_;
};

} // namespace sallyport::admin::api
