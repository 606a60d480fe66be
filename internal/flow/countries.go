package flow

import (
	"slices"
	"strings"
	"sync"
)

// Country is where a document comes from.
type Country struct {
	Code   string // alpha-3
	Two    string // alpha-2
	Region string // one of Regions
	Name   string
}

// Regions lists them in the order a page shows them.
func Regions() []string { return []string{"Africa", "Americas", "Asia", "Europe", "Oceania"} }

var countries = sync.OnceValue(func() []Country {
	var all []Country
	for line := range strings.Lines(countryTable) {
		f := strings.SplitN(strings.TrimSpace(line), " ", 4)
		all = append(all, Country{Code: f[0], Two: f[1], Region: f[2], Name: f[3]})
	}
	return all
})

var countriesByCode = sync.OnceValue(func() map[string]Country {
	byCode := map[string]Country{}
	for _, c := range countries() {
		byCode[c.Code], byCode[c.Two] = c, c
	}
	return byCode
})

// Countries lists all of them by name.
func Countries() []Country { return slices.Clone(countries()) }

// CountryByCode finds one by either code.
func CountryByCode(code string) (Country, bool) {
	c, ok := countriesByCode()[strings.ToUpper(code)]
	return c, ok
}

// countryTable: alpha-3, alpha-2, region, name; by name.
const countryTable = `AFG AF Asia Afghanistan
ALA AX Europe Åland Islands
ALB AL Europe Albania
DZA DZ Africa Algeria
ASM AS Oceania American Samoa
AND AD Europe Andorra
AGO AO Africa Angola
AIA AI Americas Anguilla
ATA AQ Oceania Antarctica
ATG AG Americas Antigua and Barbuda
ARG AR Americas Argentina
ARM AM Asia Armenia
ABW AW Americas Aruba
AUS AU Oceania Australia
AUT AT Europe Austria
AZE AZ Asia Azerbaijan
BHS BS Americas Bahamas
BHR BH Asia Bahrain
BGD BD Asia Bangladesh
BRB BB Americas Barbados
BLR BY Europe Belarus
BEL BE Europe Belgium
BLZ BZ Americas Belize
BEN BJ Africa Benin
BMU BM Americas Bermuda
BTN BT Asia Bhutan
BOL BO Americas Bolivia
BIH BA Europe Bosnia and Herzegovina
BWA BW Africa Botswana
BVT BV Oceania Bouvet Island
BRA BR Americas Brazil
IOT IO Oceania British Indian Ocean Territory
VGB VG Americas British Virgin Islands
BRN BN Asia Brunei
BGR BG Europe Bulgaria
BFA BF Africa Burkina Faso
BDI BI Africa Burundi
CPV CV Africa Cabo Verde
KHM KH Asia Cambodia
CMR CM Africa Cameroon
CAN CA Americas Canada
BES BQ Americas Caribbean Netherlands
CYM KY Americas Cayman Islands
CAF CF Africa Central African Republic
TCD TD Africa Chad
CHL CL Americas Chile
CHN CN Asia China
CXR CX Oceania Christmas Island
CCK CC Oceania Cocos Islands
COL CO Americas Colombia
COM KM Africa Comoros
COG CG Africa Congo
COK CK Oceania Cook Islands
CRI CR Americas Costa Rica
CIV CI Africa Côte d'Ivoire
HRV HR Europe Croatia
CUB CU Americas Cuba
CUW CW Americas Curaçao
CYP CY Asia Cyprus
CZE CZ Europe Czechia
DNK DK Europe Denmark
DJI DJ Africa Djibouti
DMA DM Americas Dominica
DOM DO Americas Dominican Republic
COD CD Africa DR Congo
ECU EC Americas Ecuador
EGY EG Africa Egypt
SLV SV Americas El Salvador
GNQ GQ Africa Equatorial Guinea
ERI ER Africa Eritrea
EST EE Europe Estonia
ETH ET Africa Ethiopia
FLK FK Americas Falkland Islands
FRO FO Europe Faroe Islands
FJI FJ Oceania Fiji
FIN FI Europe Finland
FRA FR Europe France
GUF GF Americas French Guiana
PYF PF Oceania French Polynesia
ATF TF Africa French Southern Territories
GAB GA Africa Gabon
GMB GM Africa Gambia
GEO GE Asia Georgia
DEU DE Europe Germany
GHA GH Africa Ghana
GIB GI Europe Gibraltar
GRC GR Europe Greece
GRL GL Americas Greenland
GRD GD Americas Grenada
GLP GP Americas Guadeloupe
GUM GU Oceania Guam
GTM GT Americas Guatemala
GGY GG Europe Guernsey
GIN GN Africa Guinea
GNB GW Africa Guinea-Bissau
GUY GY Americas Guyana
HTI HT Americas Haiti
HMD HM Oceania Heard and McDonald Islands
HND HN Americas Honduras
HKG HK Asia Hong Kong
HUN HU Europe Hungary
ISL IS Europe Iceland
IND IN Asia India
IDN ID Asia Indonesia
IRN IR Asia Iran
IRQ IQ Asia Iraq
IRL IE Europe Ireland
IMN IM Europe Isle of Man
ISR IL Asia Israel
ITA IT Europe Italy
JAM JM Americas Jamaica
JPN JP Asia Japan
JEY JE Europe Jersey
JOR JO Asia Jordan
KAZ KZ Asia Kazakhstan
KEN KE Africa Kenya
KIR KI Oceania Kiribati
XKX XK Europe Kosovo
KWT KW Asia Kuwait
KGZ KG Asia Kyrgyzstan
LAO LA Asia Laos
LVA LV Europe Latvia
LBN LB Asia Lebanon
LSO LS Africa Lesotho
LBR LR Africa Liberia
LBY LY Africa Libya
LIE LI Europe Liechtenstein
LTU LT Europe Lithuania
LUX LU Europe Luxembourg
MAC MO Asia Macao
MKD MK Europe Macedonia
MDG MG Africa Madagascar
MWI MW Africa Malawi
MYS MY Asia Malaysia
MDV MV Asia Maldives
MLI ML Africa Mali
MLT MT Europe Malta
MHL MH Oceania Marshall Islands
MTQ MQ Americas Martinique
MRT MR Africa Mauritania
MUS MU Africa Mauritius
MYT YT Africa Mayotte
MEX MX Americas Mexico
FSM FM Oceania Micronesia
MDA MD Europe Moldova
MCO MC Europe Monaco
MNG MN Asia Mongolia
MNE ME Europe Montenegro
MSR MS Americas Montserrat
MAR MA Africa Morocco
MOZ MZ Africa Mozambique
MMR MM Asia Myanmar
NAM NA Africa Namibia
NRU NR Oceania Nauru
NPL NP Asia Nepal
NLD NL Europe Netherlands
NCL NC Oceania New Caledonia
NZL NZ Oceania New Zealand
NIC NI Americas Nicaragua
NER NE Africa Niger
NGA NG Africa Nigeria
NIU NU Oceania Niue
NFK NF Oceania Norfolk Island
PRK KP Asia North Korea
MNP MP Oceania Northern Mariana Islands
NOR NO Europe Norway
OMN OM Asia Oman
PAK PK Asia Pakistan
PLW PW Oceania Palau
PSE PS Asia Palestine
PAN PA Americas Panama
PNG PG Oceania Papua New Guinea
PRY PY Americas Paraguay
PER PE Americas Peru
PHL PH Asia Philippines
PCN PN Oceania Pitcairn Islands
POL PL Europe Poland
PRT PT Europe Portugal
PRI PR Americas Puerto Rico
QAT QA Asia Qatar
REU RE Africa Réunion
ROU RO Europe Romania
RUS RU Europe Russia
RWA RW Africa Rwanda
BLM BL Americas Saint Barthélemy
SHN SH Africa Saint Helena
KNA KN Americas Saint Kitts and Nevis
LCA LC Americas Saint Lucia
MAF MF Americas Saint Martin
SPM PM Americas Saint Pierre and Miquelon
VCT VC Americas Saint Vincent and Grenadines
WSM WS Oceania Samoa
SMR SM Europe San Marino
STP ST Africa São Tomé and Príncipe
SAU SA Asia Saudi Arabia
SEN SN Africa Senegal
SRB RS Europe Serbia
SYC SC Africa Seychelles
SLE SL Africa Sierra Leone
SGP SG Asia Singapore
SXM SX Americas Sint Maarten
SVK SK Europe Slovakia
SVN SI Europe Slovenia
SLB SB Oceania Solomon Islands
SOM SO Africa Somalia
ZAF ZA Africa South Africa
SGS GS Oceania South Georgia and South Sandwich Islands
KOR KR Asia South Korea
SSD SS Africa South Sudan
ESP ES Europe Spain
LKA LK Asia Sri Lanka
SDN SD Africa Sudan
SUR SR Americas Suriname
SJM SJ Europe Svalbard and Jan Mayen
SWZ SZ Africa Swaziland
SWE SE Europe Sweden
CHE CH Europe Switzerland
SYR SY Asia Syria
TWN TW Asia Taiwan
TJK TJ Asia Tajikistan
TZA TZ Africa Tanzania
THA TH Asia Thailand
TLS TL Asia Timor-Leste
TGO TG Africa Togo
TKL TK Oceania Tokelau
TON TO Oceania Tonga
TTO TT Americas Trinidad and Tobago
TUN TN Africa Tunisia
TUR TR Asia Turkey
TKM TM Asia Turkmenistan
TCA TC Americas Turks and Caicos Islands
TUV TV Oceania Tuvalu
UMI UM Oceania U.S. Outlying Islands
VIR VI Americas U.S. Virgin Islands
UGA UG Africa Uganda
UKR UA Europe Ukraine
ARE AE Asia United Arab Emirates
GBR GB Europe United Kingdom
USA US Americas United States
URY UY Americas Uruguay
UZB UZ Asia Uzbekistan
VUT VU Oceania Vanuatu
VAT VA Europe Vatican City
VEN VE Americas Venezuela
VNM VN Asia Vietnam
WLF WF Oceania Wallis and Futuna
ESH EH Africa Western Sahara
YEM YE Asia Yemen
ZMB ZM Africa Zambia
ZWE ZW Africa Zimbabwe`
