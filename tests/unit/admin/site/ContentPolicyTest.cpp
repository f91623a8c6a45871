// The Content-Security-Policy of the site's files.

#include "admin/site/ContentPolicy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::admin::site {
namespace {

using testing::HasSubstr;
using testing::Not;

UiFile fileAt(std::string_view path, std::string_view text)
{
    return {.path = path,
            .mediaType = "text/html",
            .plain = text,
            .gzip = {},
            .brotli = {},
            .caching = UiFile::Caching::Never,
            .tag = "t"};
}

TEST(ContentPolicy, LetsPagesLoadFromHereOnly)
{
    const auto policy = contentPolicyOf(fileAt("/index.html", "<script>alert(1)</script>"));
    EXPECT_EQ(policy, contentPolicy());
    EXPECT_THAT(policy, HasSubstr("default-src 'self'"));
    EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
}

TEST(ContentPolicy, ShutsTheSandboxOffFromEverythingButItsOwnScript)
{
    const auto policy =
        contentPolicyOf(fileAt("/pac-sandbox.html", "<p>\n<script>alert(1)</script>\n"));
    EXPECT_THAT(policy, HasSubstr("sandbox allow-scripts; default-src 'none'"));
    // Of "alert(1)", without the tags.
    EXPECT_THAT(policy, HasSubstr("'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"));
    EXPECT_THAT(policy, HasSubstr("frame-ancestors 'self'"));
    EXPECT_THAT(policy, Not(HasSubstr("connect-src")));
}

} // namespace
} // namespace sallyport::admin::site
