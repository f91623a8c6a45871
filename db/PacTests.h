// PacTests: addresses that the PAC file is tried with, in policy.db. They are in no version of the
// policy: a change takes effect at once. One thread at a time.
#pragma once

#include "db/Database.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace sallyport::db {

struct PacTest {
    std::int64_t id = 0;
    std::string url;
    std::string expected;   ///< "DIRECT", …; empty: nothing is expected
    std::string myIp;       ///< what myIpAddress() gives; empty: a sample
    std::string resolvesTo; ///< what dnsResolve() gives; empty: what the name has

    friend bool operator==(const PacTest&, const PacTest&) = default;
};

class PacTests {
public:
    /// Borrows a connection to policy.db, brought to its schema. All functions throw DatabaseError;
    /// what `beforeCommit` throws is thrown on, and nothing has changed then.
    explicit PacTests(Database& database) : database_(database) {}

    using BeforeCommit = std::function<void()>;

    [[nodiscard]] std::vector<PacTest> all() const; ///< in the order they were made
    [[nodiscard]] std::optional<PacTest> find(std::int64_t id) const;
    /// Gives the id of the new one; that of `test` does not count.
    std::int64_t add(const PacTest& test, const BeforeCommit& beforeCommit);
    void change(const PacTest& test, const BeforeCommit& beforeCommit);
    void remove(std::int64_t id, const BeforeCommit& beforeCommit);

private:
    Database& database_;
};

} // namespace sallyport::db
