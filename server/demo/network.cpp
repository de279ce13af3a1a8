#include "server/demo/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <random>

namespace callout::demo {
namespace {

struct City {
    std::string_view name;
    std::string_view region_code;
    std::string_view area_code;  // of its telephone numbers, without the leading 0
    double latitude;
    double longitude;
};

struct Region {
    std::string_view code;
    std::string_view name;
    // The first city is the office's seat.
    std::array<City, 8> cities;
};

// City centres in WGS-84, two decimals; region codes of GB/T 2260; telephone area codes.
constexpr auto regions = std::to_array<Region>({
    {"north",
     "华北办事处",
     {{{"北京市", "110000", "10", 39.90, 116.41},
       {"天津市", "120000", "22", 39.08, 117.20},
       {"石家庄市", "130100", "311", 38.04, 114.51},
       {"唐山市", "130200", "315", 39.63, 118.18},
       {"太原市", "140100", "351", 37.87, 112.55},
       {"呼和浩特市", "150100", "471", 40.84, 111.75},
       {"济南市", "370100", "531", 36.65, 117.12},
       {"潍坊市", "370700", "536", 36.71, 119.16}}}},
    {"east",
     "华东办事处",
     {{{"上海市", "310000", "21", 31.23, 121.47},
       {"南京市", "320100", "25", 32.06, 118.80},
       {"苏州市", "320500", "512", 31.30, 120.59},
       {"徐州市", "320300", "516", 34.21, 117.28},
       {"杭州市", "330100", "571", 30.27, 120.16},
       {"宁波市", "330200", "574", 29.87, 121.54},
       {"合肥市", "340100", "551", 31.82, 117.23},
       {"南昌市", "360100", "791", 28.68, 115.86}}}},
    {"south",
     "华南办事处",
     {{{"广州市", "440100", "20", 23.13, 113.26},
       {"深圳市", "440300", "755", 22.54, 114.06},
       {"佛山市", "440600", "757", 23.02, 113.12},
       {"湛江市", "440800", "759", 21.27, 110.36},
       {"南宁市", "450100", "771", 22.82, 108.37},
       {"柳州市", "450200", "772", 24.33, 109.43},
       {"福州市", "350100", "591", 26.07, 119.30},
       {"长沙市", "430100", "731", 28.23, 112.94}}}},
    {"southwest",
     "西南办事处",
     {{{"成都市", "510100", "28", 30.57, 104.07},
       {"绵阳市", "510700", "816", 31.47, 104.68},
       {"重庆市", "500000", "23", 29.56, 106.55},
       {"贵阳市", "520100", "851", 26.65, 106.63},
       {"遵义市", "520300", "852", 27.73, 106.93},
       {"昆明市", "530100", "871", 25.04, 102.72},
       {"曲靖市", "530300", "874", 25.49, 103.80},
       {"大理市", "532901", "872", 25.61, 100.27}}}},
    {"northwest",
     "西北办事处",
     {{{"西安市", "610100", "29", 34.34, 108.94},
       {"宝鸡市", "610300", "917", 34.36, 107.24},
       {"榆林市", "610800", "912", 38.29, 109.73},
       {"兰州市", "620100", "931", 36.06, 103.83},
       {"西宁市", "630100", "971", 36.62, 101.78},
       {"银川市", "640100", "951", 38.49, 106.23},
       {"乌鲁木齐市", "650100", "991", 43.83, 87.62},
       {"郑州市", "410100", "371", 34.75, 113.63}}}},
});

constexpr auto family_names = std::to_array<std::string_view>(
    {"王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡",
     "郭", "何", "高", "林", "罗", "郑", "梁", "谢", "宋", "唐", "许", "韩", "冯", "邓", "曹"});
constexpr auto given_names =
    std::to_array<std::string_view>({"伟",   "芳",   "娜",   "敏",   "静",   "强",   "磊",   "军",   "洋",   "勇",
                                     "艳",   "杰",   "涛",   "明",   "超",   "秀英", "建国", "志强", "海燕", "晓东",
                                     "建华", "春梅", "文博", "国栋", "丽华", "永刚", "玉兰", "振宇", "雪梅", "浩然"});
constexpr auto streets = std::to_array<std::string_view>(
    {"人民路", "解放路", "建设路", "中山路", "和平路", "工业大道", "迎宾大道", "长江路", "黄河路", "开发区一路"});
constexpr auto trades = std::to_array<std::string_view>({"工程机械有限公司", "物流有限公司", "农机专业合作社",
                                                         "矿业有限公司", "混凝土有限公司", "运输车队", "船务有限公司",
                                                         "电力设备有限公司", "路桥建设有限公司"});
constexpr auto brands = std::to_array<std::string_view>(
    {"鑫源", "宏达", "瑞丰", "恒通", "永盛", "远航", "金穗", "华兴", "众诚", "天宇", "东升", "顺达"});
constexpr auto given_tiers = std::to_array<std::string_view>({"standard", "standard", "standard", "silver", "gold"});

class Draw {
public:
    explicit Draw(std::uint64_t seed) : random_{seed} {}

    // 0 … bound − 1. Not std::uniform_int_distribution, whose result differs between libraries.
    std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_() % bound); }

    int between(int low, int high) { return low + static_cast<int>(below(static_cast<std::size_t>(high - low) + 1)); }

    double unit() { return static_cast<double>(random_() >> 11) * 0x1.0p-53; }

    template <class T, std::size_t n>
    const T& one_of(const std::array<T, n>& values) {
        return values[below(n)];
    }

private:
    std::mt19937_64 random_;
};

// Evenly within a circle around a point.
dispatch::Point near(const dispatch::Point& centre, double radius_km, Draw& draw) {
    const double distance_km = radius_km * std::sqrt(draw.unit());
    const double angle = 2 * std::numbers::pi * draw.unit();
    constexpr double km_per_degree = 111.2;
    return {centre.latitude + distance_km * std::sin(angle) / km_per_degree,
            centre.longitude +
                distance_km * std::cos(angle) / (km_per_degree * std::cos(centre.latitude * std::numbers::pi / 180))};
}

std::string mobile(std::size_t number) {
    // 199 0000 0000 upwards: a range of mobile numbers; the demo calls none of them.
    return fmt::format("+86199{:08}", number);
}

// Not drawn but counted, so that the rest of the network stays as it was: of any four technicians of a dealer two carry
// injectors, three know common rail, and one works late.
void equip(DemoTechnician& technician, std::size_t number, const dispatch::Point& dealer) {
    const auto turn = number % 4;
    technician.home = {dealer.latitude + 0.03 * (static_cast<double>(number * 7 % 5) - 2),
                       dealer.longitude + 0.03 * (static_cast<double>(number * 11 % 7) - 3)};
    technician.skills = {"diesel"};
    technician.tools = {"multimeter"};
    technician.licences = {"driver_c1"};
    if (turn != 3) technician.skills.emplace_back("common_rail");
    if (turn % 2 == 0) technician.skills.emplace_back("electrics");
    if (number % 3 != 0) technician.skills.emplace_back("turbo");
    if (turn < 2) technician.skills.emplace_back("aftertreatment");
    if (turn != 1) technician.tools.emplace_back("diagnosis_terminal");
    if (turn != 3) technician.tools.emplace_back("hoist");
    if (turn == 0 || turn == 2) technician.licences.emplace_back("high_pressure");
    if (turn == 0 || turn == 2) technician.parts.push_back({"INJ-4010", 2});
    if (turn != 2) technician.parts.push_back({"WP-2201", 1});
    technician.parts.push_back({"FLT-1001", static_cast<std::int32_t>(2 + number % 3)});
    technician.late_shift = turn == 3;
    for (auto* codes : {&technician.skills, &technician.tools, &technician.licences}) planning::normalise(*codes);
    planning::normalise(technician.parts);
}

// The own city and the four nearest others of the office.
void give_territories(DemoOffice& office) {
    constexpr std::size_t cities = 5;
    for (auto& dealer : office.dealers) {
        auto others = office.dealers;
        std::ranges::sort(others, {},
                          [&](const DemoDealer& other) { return dispatch::distance_m(dealer.point, other.point); });
        for (std::size_t i = 0; i < std::min(cities, others.size()); ++i)
            dealer.territory.push_back(others[i].region_code);
        std::ranges::sort(dealer.territory);
    }
}

DemoDealer make_dealer(const City& city, std::size_t index, const NetworkSize& size, Draw& draw) {
    const dispatch::Point centre{city.latitude, city.longitude};
    const std::string short_name{city.name.substr(0, city.name.size() - std::string_view{"市"}.size())};
    DemoDealer dealer{.code = fmt::format("D{:03}", index + 1),
                      .name = fmt::format("{}{}动力服务站", short_name, draw.one_of(brands)),
                      .city = std::string{city.name},
                      .region_code = std::string{city.region_code},
                      .phone = fmt::format("+86{}6{:0{}}", city.area_code, 100'000 + index * 37 % 900'000,
                                           city.area_code.size() == 2 ? 7 : 6),
                      .address = fmt::format("{}{}{}号", city.name, draw.one_of(streets), draw.between(1, 400)),
                      .point = near(centre, 8, draw),
                      .technicians = {}};
    for (std::size_t i = 0; i < size.technicians_per_dealer; ++i) {
        const auto number = index * size.technicians_per_dealer + i;
        dealer.technicians.push_back(
            {fmt::format("tech{:03}", number + 1), make_name(draw.below(900)), mobile(10'000'000 + number)});
        equip(dealer.technicians.back(), number, dealer.point);
    }
    return dealer;
}

DemoCustomer make_customer(std::size_t index, const std::vector<const DemoDealer*>& dealers, Draw& draw) {
    const auto dealer = draw.below(dealers.size());
    const auto& home = *dealers[dealer];
    const bool company = draw.below(10) < 6;
    const auto person = make_name(draw.below(900));
    return {.company = company,
            .name = company ? fmt::format("{}{}{}", home.city.substr(0, home.city.size() - 3), draw.one_of(brands),
                                          draw.one_of(trades))
                            : person,
            .contact_name = person,
            .contact_birthday =
                fmt::format("{}-{:02}-{:02}", draw.between(1962, 2001), draw.between(1, 12), draw.between(1, 28)),
            .phone = mobile(20'000'000 + index),
            .address = fmt::format("{}{}{}号", home.city, draw.one_of(streets), draw.between(1, 900)),
            .region_code = home.region_code,
            .tier = std::string{draw.one_of(given_tiers)},
            .point = near(home.point, 60, draw),
            .dealer = dealer};
}

DemoEngine make_engine(std::size_t index, std::size_t customers, Draw& draw) {
    const auto product = draw.below(products().size());
    const int sold = draw.between(20, 1500);
    const int commissioned = std::max(0, sold - draw.between(0, 30));
    return {.serial_number = fmt::format("{}-{:06}", products()[product].code, 240'000 + index),
            .product = product,
            // Every customer has one before any has two.
            .customer = index < customers ? index : draw.below(customers),
            .sold_days_ago = sold,
            .commissioned_days_ago = commissioned,
            .meter_hours = commissioned * draw.between(2, 9)};
}

}  // namespace

std::string make_name(std::uint64_t number) {
    return fmt::format("{}{}", family_names[number % family_names.size()],
                       given_names[number / family_names.size() % given_names.size()]);
}

const std::vector<DemoProduct>& products() {
    static const std::vector<DemoProduct> all{
        {"WD4-85", "WD4 四缸柴油机（农业机械）", 12, 1500},  {"WD4-120", "WD4 四缸柴油机（轻型卡车）", 24, 3000},
        {"WD6-220", "WD6 六缸柴油机（工程机械）", 12, 2000}, {"WD6-300", "WD6 六缸柴油机（中型卡车）", 24, 4000},
        {"WD10-400", "WD10 重型柴油机（牵引车）", 36, 6000}, {"WD13-500", "WD13 重型柴油机（矿用车）", 18, 4000},
        {"WM16-800", "WM16 船用柴油机", 18, 5000},           {"WG12-350", "WG12 柴油发电机组", 12, 1500},
    };
    return all;
}

const std::vector<DemoFault>& faults() {
    static const std::vector<DemoFault> all{
        {"F1", "", "启动与运转", ""},
        {"F2", "", "冷却系统", ""},
        {"F3", "", "润滑系统", ""},
        {"F4", "", "燃油系统", ""},
        {"F5", "", "进排气", ""},
        {"F6", "", "电气", ""},
        {"F101", "F1", "无法启动", "早上打火打不着，马达转但是机器不着"},
        {"F102", "F1", "怠速不稳", "怠速忽高忽低，停车就抖得厉害"},
        {"F103", "F1", "运转异响", "缸盖位置有金属敲击声，加油门更响"},
        {"F104", "F1", "动力不足", "上坡没劲，油门踩到底也跑不起来"},
        {"F201", "F2", "水温过高", "跑半个小时水温就到红线，已经停机"},
        {"F202", "F2", "冷却液泄漏", "水箱下面一直滴水，每天都要加水"},
        {"F301", "F3", "机油压力低", "机油压力报警灯亮，不敢再开"},
        {"F302", "F3", "机油渗漏", "后油封位置漏油，地上一大片"},
        {"F303", "F3", "烧机油", "一个星期加了四升机油，排气冒蓝烟"},
        {"F401", "F4", "喷油器故障", "有一个缸不工作，排气管冒白烟"},
        {"F402", "F4", "高压油泵故障", "行驶中突然熄火，再也打不着了"},
        {"F403", "F4", "油耗过高", "油耗比以前多了三成"},
        {"F501", "F5", "增压器异响", "增压器有哨声，冒黑烟"},
        {"F502", "F5", "尿素系统报警", "尿素故障灯亮，限扭了"},
        {"F601", "F6", "发电机不发电", "电瓶老是亏电，充电灯不灭"},
        {"F602", "F6", "传感器报警", "仪表报故障码，转速表不动"},
    };
    return all;
}

const std::vector<DemoRequirement>& requirements() {
    static const std::vector<DemoRequirement> all{
        {"F1", 90, {.skills = {"diesel"}}},
        {"F2", 75, {.skills = {"diesel"}}},
        {"F201", 110, {.skills = {"diesel"}, .parts = {{"WP-2201", 1}}}},
        {"F3", 120, {.skills = {"diesel"}}},
        {"F4", 100, {.skills = {"common_rail", "diesel"}, .tools = {"diagnosis_terminal"}}},
        {"F401",
         120,
         {.skills = {"common_rail", "diesel"}, .tools = {"diagnosis_terminal"}, .parts = {{"INJ-4010", 1}}}},
        {"F402",
         150,
         {.skills = {"common_rail", "diesel"}, .tools = {"diagnosis_terminal"}, .licences = {"high_pressure"}}},
        {"F5", 100, {.skills = {"diesel", "turbo"}}},
        {"F502", 80, {.skills = {"aftertreatment"}, .tools = {"diagnosis_terminal"}}},
        {"F6", 60, {.skills = {"electrics"}, .tools = {"multimeter"}}},
    };
    return all;
}

Network make_network(std::uint64_t seed, const NetworkSize& size) {
    Draw draw{seed};
    Network network;
    std::size_t dealer_index = 0;
    for (const auto& region : regions) {
        const auto& seat = region.cities.front();
        DemoOffice office{.code = fmt::format("O-{}", region.code),
                          .name = std::string{region.name},
                          .city = std::string{seat.name},
                          .region_code = std::string{seat.region_code},
                          .phone = fmt::format("+86{}8{:0{}}", seat.area_code, 200'000 + dealer_index,
                                               seat.area_code.size() == 2 ? 7 : 6),
                          .point = {seat.latitude, seat.longitude},
                          .dealers = {}};
        for (const auto& city : region.cities) office.dealers.push_back(make_dealer(city, dealer_index++, size, draw));
        give_territories(office);
        network.offices.push_back(std::move(office));
    }
    std::vector<const DemoDealer*> dealers;
    for (const auto& office : network.offices)
        for (const auto& dealer : office.dealers) dealers.push_back(&dealer);
    for (std::size_t i = 0; i < size.customers; ++i) network.customers.push_back(make_customer(i, dealers, draw));
    for (std::size_t i = 0; i < size.engines; ++i) network.engines.push_back(make_engine(i, size.customers, draw));
    return network;
}

}  // namespace callout::demo
