// Reads one request into a Request without a copy in between; bodies never grow past the limit, trailers are dropped.
// Includes Beast.
#pragma once

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/optional.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "server/http/limits.hpp"
#include "server/http/message.hpp"

namespace callout::http {

class RequestParser final : public boost::beast::http::basic_parser<true> {
public:
    explicit RequestParser(const Limits& limits) {
        header_limit(static_cast<std::uint32_t>(limits.header_bytes));
        body_limit(limits.body_bytes);
    }

    // Headers and body so far; path and query are not filled in. The verb is nothing when it is none of ours.
    Request& request() { return request_; }

    const std::optional<Verb>& verb() const { return verb_; }

    const std::string& method() const { return method_; }

    const std::string& target() const { return target_; }

    bool http_1_0() const { return http_1_0_; }

private:
    using Error = boost::beast::error_code;
    using Text = boost::beast::string_view;

    static std::optional<Verb> verb_of(boost::beast::http::verb verb) {
        switch (verb) {
            case boost::beast::http::verb::get:
                return Verb::get;
            case boost::beast::http::verb::head:
                return Verb::head;
            case boost::beast::http::verb::post:
                return Verb::post;
            case boost::beast::http::verb::put:
                return Verb::put;
            case boost::beast::http::verb::patch:
                return Verb::patch;
            case boost::beast::http::verb::delete_:
                return Verb::del;
            case boost::beast::http::verb::options:
                return Verb::options;
            default:
                return std::nullopt;
        }
    }

    void on_request_impl(boost::beast::http::verb verb, Text method, Text target, int version, Error&) override {
        verb_ = verb_of(verb);
        method_.assign(method.data(), method.size());
        target_.assign(target.data(), target.size());
        http_1_0_ = version == 10;
        request_.headers.reserve(16);
    }

    void on_field_impl(boost::beast::http::field, Text name, Text value, Error&) override {
        if (!in_body_)
            request_.headers.push_back(
                {std::string{name.data(), name.size()}, std::string{value.data(), value.size()}});
    }

    void on_header_impl(Error&) override { in_body_ = true; }

    void on_body_init_impl(const boost::optional<std::uint64_t>& length, Error&) override {
        constexpr std::uint64_t at_first = std::uint64_t{64} * 1024;
        if (length) request_.body.reserve(static_cast<std::size_t>(std::min(*length, at_first)));
    }

    std::size_t on_body_impl(Text piece, Error&) override {
        request_.body.append(piece.data(), piece.size());
        return piece.size();
    }

    std::size_t on_chunk_body_impl(std::uint64_t, Text piece, Error&) override {
        request_.body.append(piece.data(), piece.size());
        return piece.size();
    }

    void on_response_impl(int, Text, int, Error&) override {}

    void on_chunk_header_impl(std::uint64_t, Text, Error&) override {}

    void on_finish_impl(Error&) override {}

    Request request_;
    std::optional<Verb> verb_;
    std::string method_;
    std::string target_;
    bool http_1_0_ = false;
    bool in_body_ = false;
};

}  // namespace callout::http
