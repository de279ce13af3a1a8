#include "server/cli/plan/files.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <fstream>
#include <sstream>

#include "dispatch/planning/trsp/reasons.hpp"

namespace callout::cli {
namespace trsp = planning::trsp;
namespace json = boost::json;

namespace {

std::string sentences(const std::filesystem::path& path, const trsp::ParseErrors& errors) {
    std::string text;
    for (const auto& error : errors) {
        if (!text.empty()) text += '\n';
        text += fmt::format("{}:{}:{}: {} [{}]", path.string(), error.line, error.column, error.message,
                            to_string(error.fault));
    }
    return text;
}

tl::expected<json::value, std::string> read_json(const std::filesystem::path& path) {
    const auto text = read_text(path);
    if (!text) return tl::make_unexpected(text.error());
    boost::system::error_code error;
    auto value = json::parse(*text, error);
    if (error) return tl::make_unexpected(path.string() + ": not JSON: " + error.message());
    return value;
}

std::string id_json(int id) {
    return id == trsp::kDepot ? "\"depot\"" : std::to_string(id);
}

int stop_id(const json::value& id) {
    return id.is_string() && id.as_string() == "depot" ? trsp::kDepot : id.to_number<int>();
}

trsp::LiveStop live_stop(const json::value& fields) {
    return {stop_id(fields.at("id")),
            fields.at("decided").to_number<double>(),
            fields.at("leave").to_number<double>(),
            fields.at("arrive").to_number<double>(),
            fields.at("start").to_number<double>(),
            fields.at("end").to_number<double>()};
}

trsp::Tour tour_of(const json::value& route) {
    trsp::Tour tour;
    tour.technician = route.at("technician").to_number<int>();
    for (const auto& stop : route.at("stops").as_array()) tour.stops.push_back(stop_id(stop));
    return tour;
}

trsp::LiveTour live_tour_of(const json::value& route) {
    trsp::LiveTour tour;
    tour.technician = route.at("technician").to_number<int>();
    for (const auto& stop : route.at("stops").as_array()) tour.stops.push_back(live_stop(stop));
    tour.leave = route.at("home").at("leave").to_number<double>();
    tour.home = route.at("home").at("arrive").to_number<double>();
    return tour;
}

Claim claim_of(const json::value& document) {
    Claim claim;
    const auto& fields = document.as_object();
    if (const auto* name = fields.if_contains("instance")) claim.instance = name->as_string();
    if (const auto* value = fields.if_contains("value")) claim.value = value->to_number<double>();
    return claim;
}

// `make` turns a document into a T and throws boost::system::system_error where it is none.
template <class T>
tl::expected<T, std::string> read_as(const std::filesystem::path& path, T (*make)(const json::value&)) {
    const auto document = read_json(path);
    if (!document) return tl::make_unexpected(document.error());
    try {
        return make(*document);
    } catch (const boost::system::system_error& fault) {
        return tl::make_unexpected(path.string() + ": not a solution: " + fault.code().message());
    }
}

Claimed<trsp::Solution> solution_of(const json::value& document) {
    Claimed<trsp::Solution> claimed{{}, claim_of(document)};
    for (const auto& route : document.at("routes").as_array()) claimed.solution.tours.push_back(tour_of(route));
    return claimed;
}

Claimed<trsp::LiveDay> day_of(const json::value& document) {
    Claimed<trsp::LiveDay> claimed{{}, claim_of(document)};
    for (const auto& route : document.at("routes").as_array()) claimed.solution.tours.push_back(live_tour_of(route));
    for (const auto& refusal : document.at("refused").as_array()) {
        claimed.solution.refused.push_back({refusal.at("id").to_number<int>(), refusal.at("at").to_number<double>()});
    }
    return claimed;
}

}  // namespace

int fail(const std::string& message) {
    fmt::print(stderr, "{}\n", message);
    return 2;
}

tl::expected<std::string, std::string> read_text(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (file.peek() != std::ifstream::traits_type::eof()) text << file.rdbuf();
    if (file.bad() || !file.is_open()) return tl::make_unexpected("cannot read " + path.string());
    return text.str();
}

tl::expected<void, std::string> write_text(const std::filesystem::path& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary);
    file << text;
    file.close();
    if (!file) return tl::make_unexpected("cannot write " + path.string());
    return {};
}

tl::expected<void, std::string> make_folder(const std::filesystem::path& folder) {
    std::error_code error;
    if (!folder.empty()) std::filesystem::create_directories(folder, error);
    if (error) return tl::make_unexpected("cannot make the folder " + folder.string() + ": " + error.message());
    return {};
}

tl::expected<trsp::Instance, std::string> read_instance(const std::filesystem::path& path) {
    const auto text = read_text(path);
    if (!text) return tl::make_unexpected(text.error());
    auto instance = trsp::parse_instance(*text);
    if (!instance) return tl::make_unexpected(sentences(path, instance.error()));
    return std::move(*instance);
}

tl::expected<std::vector<trsp::Release>, std::string> read_releases(const std::filesystem::path& path,
                                                                    const trsp::Instance& instance) {
    const auto text = read_text(path);
    if (!text) return tl::make_unexpected(text.error());
    auto releases = trsp::parse_releases(*text, instance);
    if (!releases) return tl::make_unexpected(sentences(path, releases.error()));
    return std::move(*releases);
}

tl::expected<std::map<std::string, double>, std::string> read_best_known(const std::filesystem::path& path) {
    std::map<std::string, double> values;
    if (!std::filesystem::exists(path)) return values;
    const auto document = read_json(path);
    if (!document) return tl::make_unexpected(document.error());
    if (!document->is_object()) return tl::make_unexpected(path.string() + ": an object was expected");
    for (const auto& [name, value] : document->as_object()) {
        const double best = value.is_number() ? value.to_number<double>() : 0;
        if (!std::isfinite(best) || best <= 0) {
            return tl::make_unexpected(path.string() + ": " + std::string(name) + " should be a number above 0");
        }
        values[name] = best;
    }
    return values;
}

tl::expected<std::vector<std::filesystem::path>, std::string> instance_files(const std::filesystem::path& folder) {
    std::error_code error;
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        if (entry.path().extension() == ".txt") files.push_back(entry.path());
    }
    if (error) return tl::make_unexpected("cannot list " + folder.string() + ": " + error.message());
    if (files.empty()) return tl::make_unexpected("there is no .txt file in " + folder.string());
    std::sort(files.begin(), files.end());
    return files;
}

std::string solution_json(const trsp::Instance& instance, const trsp::Solution& solution, Provenance provenance) {
    std::string text = fmt::format(R"({{"instance":{},"value":{:.6f},"seed":{},"seconds":{},"routes":[)",
                                   json::serialize(json::string(instance.name)), provenance.value, provenance.seed,
                                   provenance.seconds);
    for (std::size_t i = 0; i < solution.tours.size(); ++i) {
        const auto& tour = solution.tours[i];
        text += fmt::format(R"({}{{"technician":{},"stops":[)", i == 0 ? "" : ",", tour.technician);
        for (std::size_t s = 0; s < tour.stops.size(); ++s) {
            if (s > 0) text += ',';
            text += id_json(tour.stops[s]);
        }
        text += "]}";
    }
    text += R"(],"unserved":[)";
    const char* comma = "";
    for (const int id : solution.unserved) {
        text += fmt::format(R"({}{{"id":{},"reason":"{}"}})", comma, id, to_string(trsp::why_unserved(instance, id)));
        comma = ",";
    }
    return text + "]}\n";
}

std::string day_json(const trsp::Instance& instance, const trsp::LiveDay& day, double value, std::uint64_t seed) {
    std::string text = fmt::format(R"({{"instance":{},"value":{:.6f},"seed":{},"routes":[)",
                                   json::serialize(json::string(instance.name)), value, seed);
    const char* comma = "";
    for (const auto& tour : day.tours) {
        text += fmt::format("{}\n{{\"technician\":{},\"stops\":[", comma, tour.technician);
        comma = ",";
        const char* between = "";
        for (const auto& stop : tour.stops) {
            text += fmt::format(
                R"({}{{"id":{},"decided":{:.9f},"leave":{:.9f},"arrive":{:.9f},"start":{:.9f},"end":{:.9f}}})", between,
                id_json(stop.id), stop.decided, stop.leave, stop.arrive, stop.start, stop.end);
            between = ",";
        }
        text += fmt::format(R"(],"home":{{"leave":{:.9f},"arrive":{:.9f}}}}})", tour.leave, tour.home);
    }
    text += "],\n\"refused\":[";
    comma = "";
    for (const auto& refusal : day.refused) {
        text += fmt::format(R"({}{{"id":{},"at":{:.9f},"reason":"{}"}})", comma, refusal.id, refusal.at,
                            to_string(trsp::why_unserved(instance, refusal.id)));
        comma = ",";
    }
    return text + "]}\n";
}

tl::expected<Claimed<trsp::Solution>, std::string> read_solution(const std::filesystem::path& path) {
    return read_as(path, solution_of);
}

tl::expected<Claimed<trsp::LiveDay>, std::string> read_day(const std::filesystem::path& path) {
    return read_as(path, day_of);
}

}  // namespace callout::cli
