#include "db/ContentHash.h"

#include <Poco/SHA2Engine.h>

namespace sallyport::db {

std::string contentHash(std::string_view content)
{
    Poco::SHA2Engine engine(Poco::SHA2Engine::SHA_256);
    engine.update(content.data(), content.size());
    return Poco::DigestEngine::digestToHex(engine.digest());
}

} // namespace sallyport::db
