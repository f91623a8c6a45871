#include "db/SessionBlocks.h"

#include "db/AuditMemory.h"

#include <utility>

namespace sallyport::db {

SessionBlocks::SessionBlocks(OpenAuditFiles& files, OpenAuditFile& file)
    : files_(files), file_(file), exist_(!file.isSealed() || hasSessionBlocks(file))
{}

SessionBlocks::Opened SessionBlocks::open(SessionBlock& block, std::int64_t number,
                                          const Stop& stop)
{
    if (file_.isSealed()) {
        block.open(file_, number);
        return Opened::Yes;
    }
    auto packed = files_.memory().unsealed.block(file_, number, stop);
    if (!packed)
        return Opened::Stopped;
    block.open(std::move(packed), range(number).first);
    return Opened::Yes;
}

} // namespace sallyport::db
