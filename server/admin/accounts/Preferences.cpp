#include "admin/accounts/Preferences.h"

#include "admin/api/Answer.h"

#include <Poco/JSON/Parser.h>

namespace sallyport::admin::accounts {

Poco::JSON::Object parsedPreferences(const std::string& stored)
{
    try {
        Poco::JSON::Parser parser(new Poco::JSON::ParseHandler(true)); // keeps the order of members
        return *parser.parse(stored).extract<Poco::JSON::Object::Ptr>();
    } catch (const Poco::Exception&) {
        return api::orderedObject();
    }
}

std::string mergedPreferences(const std::string& stored, const Poco::JSON::Object& change)
{
    auto merged = parsedPreferences(stored);
    for (const auto& name : change.getNames()) {
        if (change.isNull(name))
            merged.remove(name);
        else
            merged.set(name, change.get(name));
    }
    return api::textOf(merged);
}

} // namespace sallyport::admin::accounts
