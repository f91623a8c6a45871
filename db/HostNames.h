// HostNames: the hosts of the audit log's files, in memory: looking for a text in them takes a
// small part of the time that reading them takes.
//
// Keeps those of the files that were asked for last, up to a bound; safe for several threads at
// once.
#pragma once

#include "db/Database.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::db {

class HostNames {
public:
    static constexpr std::size_t MaxBytes = 64U << 20;

    class OfFile {
    public:
        /// Calls use(number in dict, name).
        template <class Use>
        void forEach(Use use) const
        {
            std::size_t from = 0;
            for (const Name& name : names_) {
                use(name.number, std::string_view(texts_).substr(from, name.end - from));
                from = name.end;
            }
        }

    private:
        friend class HostNames;
        struct Name {
            std::int64_t number;
            std::size_t end; // in texts_
        };

        [[nodiscard]] std::size_t bytes() const
        {
            return texts_.size() + names_.size() * sizeof(Name);
        }

        std::vector<Name> names_;
        std::string texts_;
        std::int64_t last_ = 0; // number of dict that was looked at last
    };

    /// Of the file that begins with this record, with what is in it by now. Throws DatabaseError.
    [[nodiscard]] std::shared_ptr<const OfFile> of(const Database& database, std::int64_t firstSeq);

private:
    struct Known {
        std::filesystem::path path;
        std::int64_t firstSeq = 0;
        std::shared_ptr<const OfFile> names;
    };

    std::mutex mutex_;
    std::list<Known> files_; // asked for last: at the end
};

} // namespace sallyport::db
