// A ClientHello: the same however it is cut, and whatever name comes out is one spelling of a name.
#include "Invariant.h"
#include "tls/ClientHello.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace sallyport;
    using namespace sallyport::fuzz;
    using tls::HelloOutcome;
    constexpr std::size_t LimitBytes = 2048;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    tls::ClientHello whole;
    const auto outcome = tls::parseClientHello(input, whole, LimitBytes);

    tls::ClientHello grown;
    auto grownOutcome = HelloOutcome::NeedMore;
    for (const std::size_t arrived : {cutsOf(input)[0], cutsOf(input)[1], input.size()}) {
        const std::vector<char> moved(input.begin(),
                                      input.begin() + static_cast<std::ptrdiff_t>(arrived));
        grownOutcome = tls::parseClientHello({moved.data(), moved.size()}, grown, LimitBytes);
        if (grownOutcome != HelloOutcome::NeedMore)
            break;
    }
    mustHold(grownOutcome == outcome, "an outcome is the same however the hello is cut");
    mustHold(grown.sni == whole.sni && grown.sniMalformed == whole.sniMalformed &&
                 grown.alpn == whole.alpn,
             "a hello says the same however it is cut");
    mustHold(outcome != HelloOutcome::NeedMore || input.size() < LimitBytes,
             "nobody waits for more than the limit");
    mustHold(outcome == HelloOutcome::Complete ||
                 (whole.sni.empty() && whole.alpn.empty() && !whole.sniMalformed),
             "what is no hello says nothing");
    mustHold(!(whole.sniMalformed && !whole.sni.empty()), "a malformed name is left out");
    mustHold(whole.sni.size() <= 253 && !whole.sni.ends_with('.') && !whole.sni.contains(".."),
             "a name is in its one spelling");
    mustHold(whole.alpn.size() <= tls::MaxAlpnProtocols, "few protocols are kept");
    return 0;
}
