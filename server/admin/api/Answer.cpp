#include "admin/api/Answer.h"

#include "admin/api/ApiRoot.h"

#include <sstream>

namespace sallyport::admin::api {

Poco::JSON::Object orderedObject()
{
    return Poco::JSON::Object(Poco::JSON_PRESERVE_KEY_ORDER);
}

std::string textOf(const Poco::JSON::Object& json)
{
    std::ostringstream text;
    json.stringify(text);
    return std::move(text).str();
}

Answer answerOf(const Poco::JSON::Object& json, unsigned status)
{
    return jsonAnswer(textOf(json), status);
}

Answer jsonAnswer(std::string text, unsigned status)
{
    Answer answer;
    answer.status = status;
    answer.body = std::move(text);
    return answer;
}

Answer created(std::string_view path, const Poco::JSON::Object& json)
{
    return std::move(
        answerOf(json, 201).with("Location", std::string(ApiRoot) + std::string(path)));
}

Answer accepted(std::string_view job)
{
    auto json = orderedObject();
    json.set("job", std::string(job));
    return std::move(
        answerOf(json, 202).with("Location", std::string(ApiRoot) + "/jobs/" + std::string(job)));
}

Answer noContent()
{
    Answer answer;
    answer.status = 204;
    answer.mediaType.clear();
    return answer;
}

} // namespace sallyport::admin::api
