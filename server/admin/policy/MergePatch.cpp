#include "admin/policy/MergePatch.h"

#include "admin/api/Answer.h"

#include <Poco/JSON/ParseHandler.h>
#include <Poco/JSON/Parser.h>

namespace sallyport::admin {
namespace {

using Poco::JSON::Object;

Object::Ptr emptyObject()
{
    return new Object(Poco::JSON_PRESERVE_KEY_ORDER);
}

void apply(Object& target, const Object& patch)
{
    for (const auto& name : patch.getNames()) {
        const auto value = patch.get(name);
        if (value.isEmpty()) {
            target.remove(name);
        } else if (const auto inner = patch.getObject(name)) {
            auto known = target.getObject(name);
            Object::Ptr merged = known ? known : emptyObject();
            apply(*merged, *inner);
            target.set(name, merged);
        } else {
            target.set(name, value);
        }
    }
}

void addFields(const Object& patch, const std::string& prefix, std::vector<std::string>& fields)
{
    for (const auto& name : patch.getNames()) {
        if (const auto inner = patch.getObject(name))
            addFields(*inner, prefix + name + '.', fields);
        else
            fields.push_back(prefix + name);
    }
}

} // namespace

std::string mergePatched(std::string_view object, const Object& patch)
{
    Poco::JSON::Parser parser(new Poco::JSON::ParseHandler(true)); // keeps the order of members
    auto target = parser.parse(std::string(object)).extract<Object::Ptr>();
    apply(*target, patch);
    return api::textOf(*target);
}

std::vector<std::string> fieldsPatched(const Object& patch)
{
    std::vector<std::string> fields;
    addFields(patch, "", fields);
    return fields;
}

} // namespace sallyport::admin
