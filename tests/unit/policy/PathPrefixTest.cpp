#include "policy/PathPrefix.h"

#include <gtest/gtest.h>

namespace sallyport::policy {
namespace {

struct PathCase {
    const char* name;
    std::string_view written;
    std::string_view normal;
};

class PathSpelling : public testing::TestWithParam<PathCase> {};

TEST_P(PathSpelling, IsTheOne)
{
    std::string out = "before";
    normalizePath(GetParam().written, out);
    EXPECT_EQ(out, GetParam().normal);
}

INSTANTIATE_TEST_SUITE_P(
    Rfc3986, PathSpelling,
    testing::Values(
        PathCase{"Empty", "", ""}, PathCase{"Root", "/", "/"}, PathCase{"Star", "*", "*"},
        PathCase{"Plain", "/a/b", "/a/b"}, PathCase{"TrailingSlash", "/a/b/", "/a/b/"},
        PathCase{"UnreservedEscape", "/%61%7E%2d%2E%5f%39", "/a~-._9"},
        PathCase{"ReservedEscape", "/a%2fb%3f%25", "/a%2Fb%3F%25"},
        PathCase{"EscapeOutsideAscii", "/%c3%bc", "/%C3%BC"},
        PathCase{"EscapeOfAnEscape", "/%2561", "/%2561"},
        PathCase{"BrokenEscape", "/%zz%4", "/%zz%4"}, PathCase{"PercentAtTheEnd", "/a%", "/a%"},
        PathCase{"Dot", "/a/./b", "/a/b"}, PathCase{"DotAtTheEnd", "/a/.", "/a/"},
        PathCase{"DotDot", "/a/../b", "/b"}, PathCase{"DotDotAtTheEnd", "/a/b/..", "/a/"},
        PathCase{"DotDotAboveTheRoot", "/../../a", "/a"}, PathCase{"DotDotAlone", "/..", "/"},
        PathCase{"EscapedDotDot", "/a/%2e%2E/b", "/b"},
        PathCase{"HalfEscapedDotDot", "/a/.%2e/b", "/b"},
        PathCase{"EscapedSlashIsNoSeparator", "/a/..%2fb", "/a/..%2Fb"},
        PathCase{"ThreeDots", "/a/.../b", "/a/.../b"}, PathCase{"DotFile", "/.a/..b", "/.a/..b"},
        PathCase{"Slashes", "//a///b//", "/a/b/"}, PathCase{"SlashesAndDots", "/a//.//../b", "/b"},
        PathCase{"Rfc3986Example", "/a/b/c/./../../g", "/a/g"},
        PathCase{"Relative", "a/../b", "/b"}),
    [](const auto& info) { return info.param.name; });

} // namespace
} // namespace sallyport::policy
