// A ClientHello: the same however it is cut and whatever records it comes in, and whatever name
// comes out is one spelling of a name.
#include "Invariant.h"
#include "Records.h"
#include "tls/ClientHello.h"
#include "tls/Fingerprint.h"

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
    mustHold(grown == whole, "a hello says the same however it is cut");
    mustHold(outcome != HelloOutcome::NeedMore || input.size() < LimitBytes,
             "nobody waits for more than the limit");
    mustHold(outcome == HelloOutcome::Complete || whole == tls::ClientHello{},
             "what is no hello says nothing");
    mustHold(!(whole.sniMalformed && !whole.sni.empty()), "a malformed name is left out");
    mustHold(whole.sni.size() <= 253 && !whole.sni.ends_with('.') && !whole.sni.contains(".."),
             "a name is in its one spelling");
    mustHold(whole.alpn.size() <= tls::MaxAlpnProtocols, "few protocols are kept");
    mustHold(tls::ja3(whole).size() == 32 && tls::ja4(whole).size() == 36,
             "fingerprints have one length");

    constexpr std::size_t NoLimit = 1024 * 1024;
    tls::ClientHello unlimited;
    const auto unlimitedOutcome = tls::parseClientHello(input, unlimited, NoLimit);
    for (const std::size_t fragmentBytes : {1, 7, 50}) {
        tls::ClientHello split;
        const std::string records = inSmallerRecords(input, fragmentBytes);
        mustHold(tls::parseClientHello(records, split, NoLimit) == unlimitedOutcome &&
                     split == unlimited,
                 "a hello says the same in smaller records");
    }
    return 0;
}
