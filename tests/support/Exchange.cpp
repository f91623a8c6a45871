#include "support/Exchange.h"

#include "support/SharedProxy.h"

namespace sallyport::test {

std::string getRequest(const std::string& authority, std::string_view path,
                       std::string_view fieldLines)
{
    return "GET http://" + authority + std::string(path) + " HTTP/1.1\r\nHost: " + authority +
           "\r\n" + std::string(fieldLines) + "\r\n";
}

std::string connectRequest(const std::string& authority)
{
    return "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n";
}

std::string okResponse(std::string_view body, std::string_view fieldLines)
{
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
           std::string(fieldLines) + "\r\n" + std::string(body);
}

Exchange exchange(const ProxyProcess& proxy, TestOrigin& origin, const std::string& request,
                  std::string_view answer)
{
    RawClient client = proxy.client();
    client.send(replaced(request, "{origin}", origin.authority()));
    RawConnection upstream = origin.accept();
    std::string forwarded = upstream.receiveHead();
    upstream.send(answer);
    const std::string method = request.substr(0, request.find(' '));
    Response response = client.receiveResponse(method);
    return {std::move(forwarded), std::move(response), std::move(client), std::move(upstream)};
}

} // namespace sallyport::test
