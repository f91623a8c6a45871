#include "db/TunnelContents.h"

namespace sallyport::db {

std::string_view sightName(Sight sight)
{
    switch (sight) {
    case Sight::Blind:
        return "blind";
    case Sight::Sniffed:
        return "sniffed";
    case Sight::Plain:
        return "plain";
    }
    return "";
}

bool haveComparableNames(const TunnelContents& contents)
{
    return contents.tls || contents.content == policy::Protocol::WebSocket ||
           contents.content == policy::Protocol::TunnelledHttp;
}

} // namespace sallyport::db
