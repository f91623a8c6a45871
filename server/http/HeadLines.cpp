#include "http/HeadLines.h"

#include <algorithm>
#include <cstring>

namespace sallyport::http {

HeadLines::Found HeadLines::next(std::string_view bytes, std::size_t limitBytes,
                                 std::string_view& line)
{
    const auto end = std::min(bytes.size(), limitBytes);
    const void* lf =
        searched_ < end ? std::memchr(bytes.data() + searched_, '\n', end - searched_) : nullptr;
    if (lf == nullptr) {
        searched_ = std::max(searched_, end);
        return bytes.size() >= limitBytes ? Found::TooLong : Found::NeedMore;
    }
    const auto lfAt = static_cast<std::size_t>(static_cast<const char*>(lf) - bytes.data());
    if (lfAt == lineBegin_ || bytes[lfAt - 1] != '\r')
        return Found::BareLf;
    line = bytes.substr(lineBegin_, lfAt - 1 - lineBegin_);
    lineBegin_ = searched_ = lfAt + 1;
    return Found::Line;
}

} // namespace sallyport::http
