// ContentHash: SHA-256 (FIPS 180-4), by which a stored document or list is known again.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace sallyport::db {

/// Of content that comes in pieces.
class ContentHash {
public:
    ContentHash();
    void add(std::string_view piece);
    /// Hexadecimal, lower case. Nothing may be added afterwards.
    [[nodiscard]] std::string finish();

private:
    struct Free {
        void operator()(evp_md_ctx_st* state) const;
    };
    std::unique_ptr<evp_md_ctx_st, Free> state_;
};

/// Hexadecimal, lower case.
[[nodiscard]] std::string contentHash(std::string_view content);

} // namespace sallyport::db
