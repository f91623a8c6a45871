#include "db/HostNames.h"

#include <algorithm>
#include <utility>

namespace sallyport::db {

std::shared_ptr<const HostNames::OfFile> HostNames::of(const Database& database,
                                                       std::int64_t firstSeq)
{
    std::shared_ptr<const OfFile> known;
    {
        const std::scoped_lock lock(mutex_);
        const auto file = std::ranges::find_if(files_, [&](const Known& each) {
            return each.path == database.file() && each.firstSeq == firstSeq;
        });
        if (file != files_.end()) {
            known = file->names;
            files_.splice(files_.end(), files_, file);
        }
    }
    const std::int64_t last = database.integer("SELECT max(id) FROM dict");
    if (known && known->last_ >= last)
        return known;
    auto names = known ? std::make_shared<OfFile>(*known) : std::make_shared<OfFile>();
    // By number: what is new is at the end.
    Statement row = database.prepare(
        "SELECT id, text FROM dict WHERE id > ?1 AND id <= ?2 AND +kind = 'host' ORDER BY id");
    row.bind(1, names->last_);
    row.bind(2, last);
    while (row.step()) {
        names->texts_ += row.text(1);
        names->names_.push_back({row.integer(0), names->texts_.size()});
    }
    names->last_ = last;

    const std::scoped_lock lock(mutex_);
    std::erase_if(files_, [&](const Known& each) { return each.path == database.file(); });
    files_.push_back({database.file(), firstSeq, names});
    std::size_t bytes = 0;
    for (const Known& each : files_)
        bytes += each.names->bytes();
    while (bytes > MaxBytes && files_.size() > 1) {
        bytes -= files_.front().names->bytes();
        files_.pop_front();
    }
    return names;
}

} // namespace sallyport::db
